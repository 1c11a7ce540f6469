// Owns what each line of a description is about: A company, D duties, Q qualifications, P preferred, B pay and
// benefits, L legal and applying, O other. Headings in five languages say it for the lines below them; a few
// unmistakable phrases say it for one line. Rules alone, the same answer each time.

export type LineLabel = "A" | "D" | "Q" | "P" | "B" | "L" | "O";

/** A longer line is no heading, unless it ends in a colon and so leads in what follows. */
const headingCharsMax = 80;
const headingWordsMax = 7;
const leadInCharsMax = 130;
const leadInWordsMax = 16;
/** No need to read more of a line than this to know what it is about. */
const lineCharsMax = 320;

/** In this order: the first that fits decides, so what is preferred stands before what is asked. */
const headings: [LineLabel, RegExp][] = [
  [
    "P",
    /prefer|nice[\s\u2011-]to[\s\u2011-]ha|bonus|\bplus(?:ses)?\b|desired\b(?! qual)|\bkudos|ideally|even better|set you apart|good to have|would be (?:great|a plus|fantastic)|great if you|extra credit|optional|von vorteil|wünschenswert|schön, wenn|pluspunkte|idealerweise|les plus|serait un plus|apprécié|atouts?\b|se valorará|deseable|valorable|diferencia|desej[áa]ve/u,
  ],
  [
    "B",
    /benefit|perks|compensation|salary|\bpay\b|what(?:['’]s| is)? in it for you|(?:what )?we(?:['’]ll)? (?:can )?offer|you(?:['’]ll| will)? get\b|remuneration|total rewards|why you['’]ll love|wir bieten|bieten wir|leistungen|vorteile|das erwartet dich bei uns|nous offrons|nous proposons|avantages|rémunération|ofrecemos|beneficios|oferecemos|benefícios|vantagens|career advancement/u,
  ],
  [
    "L",
    /equal|\beeo?\b|\beoe\b|opportunit(?:y|ies) employer|how to apply|to apply\b|applying|application process|interview(?:ing)? process|hiring process|the process\b|typical process|how we hire|recruitment process|next steps|privacy|accommodation|disclaimer|diversity|notice\b|legal|itar|clearance|background check|chancengleichheit|bewirb|bewerbung|datenschutz|égalité|postuler|candidature|processus|igualdad|solicitar|igualdade|candidatar|please include/u,
  ],
  [
    "Q",
    /requirement|qualification|you(?:['’]ll)? (?:will )?(?:might |may )?(?:be a (?:good |great )?fit|bring|need|have|thrive)|(?:who|what) you (?:are|have|know|bring)|what you['’](?:ll|re)? (?:need|bring|good)|about you\b|look(?:ing)? for\b|searching for|must[\s-]have|required|skills\b|experience\b|your (?:profile|background|skills)|^profile|^you have|^you are|^attributes|the ideal candidate|ideal(?:ly)? candidate|who should apply|this role is for|dein profil|ihr profil|anforderung|mitbring|was du mitbringst|qualifikation|voraussetzung|kenntnisse|wen wir suchen|votre profil|profil recherché|compétences|prérequis|tu perfil|requisito|qué buscamos|seu perfil|esperamos de você|competências|education\b/u,
  ],
  [
    "D",
    /responsib|what you(?:['’]ll| will)? (?:will )?(?:be )?(?:do\b|doing|love doing|work)|you will\b|^your (?:mission|role|impact|work|day|future duties)|(?:the|this|about the|about this) (?:role|position|job|opportunity|team)\b|role (?:overview|description|summary)|job (?:description|summary|purpose|overview|duties)|position (?:summary|description|overview)|duties|day[\s-]to[\s-]day|^summary|^overview|^role\b|^the opportunity|opportunity$|in this role|working on|key (?:tasks|areas)|reporting|accountabilit|aufgaben|was dich erwartet|tätigkeit|deine rolle|vos missions|missions?\b|le poste|ce que vous ferez|votre rôle|funciones|responsabilidad|qué harás|tus tareas|o que você vai fazer|responsabilidade|suas funções|atividades|a vaga/u,
  ],
  [
    "A",
    /about\b|who we are|who are we|our (?:company|team|story|mission|values|culture|product)|company (?:overview|description)|the company|in brief|why (?!you)|join |life at|culture|values|über |wer wir sind|das sind wir|à propos|qui sommes|notre entreprise|sobre |quiénes somos|quem somos|department description|learn more|what we do/u,
  ],
  [
    "O",
    /^location|^status|^position:|^job (?:type|id)|^posting|follow us|^standort|^lieu|^ubicación|^local\b/u,
  ],
];

/** What one line says by itself, whatever stands above it. */
const phrases: [LineLabel, RegExp][] = [
  [
    "L",
    /equal[\s-](?:employment )?opportunity|without regard to|regardless of (?:race|age|gender)|race, (?:color|religion)|protected (?:veteran|by law|characteristic|status|class)|reasonable accommodation|disabilit(?:y|ies)|discriminat|e-verify|background check|criminal histor|applicants? (?:with|must|will)|cover letter|(?:send|submit|attach) (?:us )?(?:your|a) (?:resume|résumé|cv)|recruitment agenc|unsolicited|privacy (?:policy|notice)|authori[sz]ed to work|visa sponsorship|sponsor(?:ship)? (?:for|is|will)|security clearance|interview (?:process|with)|how to apply|apply (?:now|today|online|here|at)\b|wir freuen uns (?:auf|über) (?:deine |ihre )?bewerb|bewerbungen von|lebenslauf|deine daten|candidatures|votre cv|vos données|candidaturas|tu currículum|tus datos|seu currículo|seus dados|fair chance/u,
  ],
  [
    "B",
    /401\(?k\)?|paid (?:time off|vacation|leave|holiday)|\bpto\b|parental leave|(?:health|medical|dental|vision|life) (?:insurance|coverage|benefits|plan)|medical, dental|dental,? (?:and )?vision|stock options|\bequity\b(?! in)|base (?:salary|pay)|salary range|pay range|compensation (?:range|package|for)|(?:[$€£]|usd|eur|gbp)\s?\d[\d.,]*\s?k?\s*(?:-|–|—|to|per|a year|annually)|annual bonus|sign-?on bonus|stipend|learning budget|wellness|gym\b|free (?:lunch|food|snacks)|unlimited (?:vacation|time off)|tage urlaub|altersvorsorge|gehalt|jours de congés|mutuelle|la rémunération|días de vacaciones|seguro médico|el salario|dias de férias|plano de saúde|a remuneração|bicycle, a transit|pension\b/u,
  ],
  [
    "P",
    /\b(?:is|are|would be|as|considered|be|an?) (?:a |an )?(?:big |huge |strong |definite |added |real )?(?:plus|bonus|advantage|nice[\s-]to[\s-]have|asset)\b|(?<!\([^)]{0,30})\bpreferred\b(?!\))|good to have|nice to have|\bpluses\b|^-? ?ideally\b|^-? ?bonus\b|[-–] advantage\b|will be valued|bonus points|\bdesirable\b|\(a plus\)|von vorteil|idealerweise|wünschenswert|est un plus|serait un (?:plus|atout)|idéalement|se valorará|deseable|idealmente|diferencial|desejável|de preferência/u,
  ],
  [
    "Q",
    /\d\s*\+?\s*(?:or more )?(?:years?|yrs|jahre|ans|años|anos)\b.{0,60}(?:experience|erfahrung|expérience|experiencia|experiência|in |of |working|relevant)|years of|(?:bachelor|master|ph\.?d|degree|bs\/ms|b\.s\.|m\.s\.)\b|^-? ?(?:proven|strong|solid|excellent|deep|good|extensive|demonstrated|hands-on|working|advanced|expert|exceptional|in-depth|thorough|fluen\w+|familiar\w*|proficien\w+|knowledge|understanding|ability|able|comfortable|experienced?|expertise|passion\w*|self-|detail|minimum|must|at least|prior|previous|a track|track record|you (?:have|are|know|['’]ve|['’]re|love|enjoy|can|bring|thrive|possess|understand)|you['’](?:ve|re))\b/u,
  ],
];

/** What kind of sentence opens a part that no heading names. */
const openers: [LineLabel, RegExp][] = [
  [
    "D",
    /\b(?:we(?:['’]re| are) (?:looking|seeking|hiring|searching)|you(?:['’]ll| will)\b|as an? [\w\s-]+,? you|this (?:role|position)|in this role|the role\b|responsible for|join (?:us|our)|(?:is|are) (?:looking|seeking|hiring) )/u,
  ],
  [
    "A",
    /\b(?:we are|we['’]re|our (?:mission|company|platform|product|team|customers|vision)|founded|is (?:a|an|the) [\w\s-]{0,60}(?:company|platform|startup|leader|provider|firm|organi[sz]ation)|headquartered|backed by)\b/u,
  ],
];

const preferredOf: Partial<Record<LineLabel, boolean>> = { Q: true, D: true, P: true };

/** A line of a cleaned description and what it is about. */
export interface ReadLine {
  text: string;
  label: LineLabel;
}

export function readLines(description: string): ReadLine[] {
  const labels = labelLines(description);
  return description === ""
    ? []
    : description.split("\n").map((text, index) => ({ text, label: labels[index] as LineLabel }));
}

/** One letter per line of a cleaned description. */
export function labelLines(description: string): string {
  if (description === "") return "";
  let section: LineLabel | null = null;
  const labels: LineLabel[] = [];
  const lines = description.split("\n");
  for (const [index, whole] of lines.entries()) {
    // Lower case here and once: a pattern that ignores case costs several times as much.
    const line = (whole.length > lineCharsMax ? whole.slice(0, lineCharsMax) : whole).toLowerCase();
    const bulleted = line.startsWith("- ");
    const heading = bulleted ? null : headingOf(line);
    if (heading !== null) {
      section = heading;
      labels.push(heading);
      continue;
    }
    labels.push(bodyLabel(line, section, bulleted, index));
  }
  return labels.join("");
}

function headingOf(line: string): LineLabel | null {
  const asks = line.endsWith(":") || line.endsWith("…") || line.endsWith("...");
  if (line.length > (asks ? leadInCharsMax : headingCharsMax)) return null;
  if (!asks && /[.;]$/.test(line)) return null;
  const bare = line.replace(/^[^\p{L}\d]+/u, "");
  const words = bare.split(" ").length;
  if (words > (asks ? leadInWordsMax : headingWordsMax)) return null;
  return headings.find(([, form]) => form.test(bare))?.[0] ?? null;
}

function bodyLabel(line: string, section: LineLabel | null, bulleted: boolean, index: number): LineLabel {
  const said = phrases.find(([, form]) => form.test(line))?.[0];
  if (said === "L" || said === "B") {
    if (section !== "Q" && section !== "D") return said;
    return bulleted ? section : said;
  }
  if (said === "P" && (section === null || preferredOf[section])) return "P";
  if (section !== null && (bulleted || section === "L")) return section;
  if (said === "Q" && (section === null || section === "D" || section === "A") && bulleted) return "Q";
  if (section === null) {
    const opener = openers.find(([, form]) => form.test(line))?.[0];
    if (opener !== undefined) return opener;
    if (said !== undefined) return said;
    if (line.length < 60 && index < 4) return "O";
    return index < 4 ? "A" : "D";
  }
  return section;
}
