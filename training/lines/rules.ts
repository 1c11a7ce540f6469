// Owns the teacher of the words: rules that know a heading, or a line that says itself what it is about, where they
// are sure. They answer null for everything else; what they know by heart the model learns to tell by other words.
import { type LineLabel, shapeOf } from "@skillstream/normalize/line-features.ts";

/** A line further below its heading may belong to a part that none announces. */
const reachLinesMax = 15;

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

/** What a heading heads; null where the rules do not know it. */
export function headingOf(line: string): LineLabel | null {
  if (!shapeOf(line).mayHead) return null;
  const bare = line.toLowerCase().replace(/^[^\p{L}\d]+/u, "");
  return headings.find(([, form]) => form.test(bare))?.[0] ?? null;
}

/** Of each line its letter, or null where the rules are not sure. */
export function labelByRules(lines: readonly string[]): (LineLabel | null)[] {
  let section: LineLabel | null = null;
  let start = 0;
  return lines.map((line, at) => {
    const { mayHead, isBullet } = shapeOf(line);
    const heading = headingOf(line);
    if (mayHead) {
      section = heading;
      start = at;
      return heading;
    }
    if (section === null || at - start > reachLinesMax) return null;
    const said = phrases.find(([, form]) => form.test(line.toLowerCase()))?.[0];
    const asks = section === "Q" || section === "D";
    if ((said === "L" || said === "B") && !(asks && isBullet)) return said;
    if (said === "P" && (asks || section === "P")) return "P";
    return section;
  });
}
