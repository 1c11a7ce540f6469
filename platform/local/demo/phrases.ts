// Owns the words of the made-up market: what its employers say, in five languages. All of it was written for
// this project; no sentence comes from a real posting. {skill}, {skill2}, {company}, {product}, {city},
// {role}, {years}, {team} and {pay} are filled in by market.ts.

export type Language = "en" | "de" | "fr" | "es" | "pt";

export interface Phrases {
  headings: Record<
    "about" | "duties" | "qualifications" | "preferred" | "benefits" | "legal",
    readonly string[]
  >;
  seniority: Record<"intern" | "junior" | "mid" | "senior" | "lead" | "manager" | "director", string>;
  titleSuffix: string;
  about: readonly string[];
  intro: readonly string[];
  duties: readonly string[];
  skillDuties: readonly string[];
  requires: readonly string[];
  years: readonly string[];
  degree: readonly string[];
  soft: readonly string[];
  preferred: readonly string[];
  benefits: readonly string[];
  pay: string;
  remote: string;
  hybrid: string;
  onsite: string;
  legal: readonly string[];
  edited: readonly string[];
}

export const phrases: Record<Language, Phrases> = {
  en: {
    headings: {
      about: ["About {company}", "Who we are"],
      duties: ["What you will do", "Responsibilities", "The role"],
      qualifications: ["What you bring", "Requirements", "What we look for"],
      preferred: ["Nice to have", "Bonus points", "Preferred qualifications"],
      benefits: ["What we offer", "Benefits", "Perks and pay"],
      legal: ["Equal opportunity", "How to apply"],
    },
    seniority: {
      intern: "Intern,",
      junior: "Junior",
      mid: "",
      senior: "Senior",
      lead: "Lead",
      manager: "Manager,",
      director: "Director,",
    },
    titleSuffix: "",
    about: [
      "{company} makes {product} for people who would rather not think about {product}.",
      "We started above a bakery in {city} and have kept the habit of early mornings and honest work.",
      "Our {product} are used in places that do not exist, by customers who are very fond of them.",
      "We are a company of about two hundred, owned by those who work here.",
      "Everything at {company} is written down, which means that nobody has to sit in a meeting to find out.",
      "We measure ourselves by how few surprises our customers have on a Monday.",
      "Last year we rebuilt our whole platform and told everybody what went wrong on the way.",
      "Small teams at {company} own what they build, from the first sketch to the last alarm at night.",
    ],
    intro: [
      "As {role} in our {team} team you will help us keep promises that we have already made.",
      "Our {team} team is looking for a {role} who likes clear questions and finished work.",
      "You will join the {team} team as {role} and be the person others ask when it becomes difficult.",
    ],
    duties: [
      "Take a problem from a vague sentence on a whiteboard to something that customers use every day",
      "Work with design, operations and support, and explain your trade-offs in plain words",
      "Review the work of others kindly and thoroughly, and ask for the same",
      "Write down decisions so that the next person understands why things are as they are",
      "Share the rota for incidents with six colleagues, and fix what caused them",
      "Improve the way we plan, estimate and learn from what went differently",
      "Talk to customers once a month and bring back what they really said",
      "Help new colleagues to become productive in their first two weeks",
    ],
    skillDuties: [
      "Build and run services with {skill} that thousands of people rely on",
      "Own our use of {skill} and decide where it ends",
      "Migrate an ageing part of the platform to {skill} without anybody noticing",
      "Design, test and document solutions around {skill} and {skill2}",
      "Keep our {skill} set-up fast, cheap and boring",
    ],
    requires: [
      "Solid hands-on experience with {skill}",
      "You know {skill} well and can explain it to a beginner",
      "Good working knowledge of {skill} and {skill2}",
      "Practical experience with {skill} in a team of more than three people",
      "You have used {skill} in earnest, not only in a course",
    ],
    years: [
      "At least {years} years of professional experience in a similar role",
      "{years}+ years of relevant experience",
    ],
    degree: [
      "A bachelor's degree or equivalent practical experience",
      "A degree in a related subject helps, curiosity helps more",
    ],
    soft: [
      "Clear written communication, in English at least",
      "You listen first and bring people together when opinions differ",
      "You stay calm when several things are urgent at once",
      "Attention to detail and the courage to call something finished",
    ],
    preferred: [
      "Experience with {skill} is a plus",
      "Ideally you have seen {skill} in production",
      "Some exposure to {skill} or {skill2}",
      "You have given a talk or written about {skill}",
    ],
    benefits: [
      "30 days of paid leave and a day off on your birthday",
      "A learning budget of 1,500 a year and the time to use it",
      "Flexible working hours around a core from ten to three",
      "Company pension with a contribution from us",
      "Health insurance for you and your family",
      "A bicycle, a transit pass or a parking space, as you like",
      "Parental leave of 20 weeks for every parent",
      "Equipment of your choice and a chair that you will like",
    ],
    pay: "The pay for this position is {pay}.",
    remote: "You can work from anywhere in the country; we meet twice a year.",
    hybrid: "We work hybrid: two days a week in our office in {city}, the others where you like.",
    onsite: "This is a position on site in {city}.",
    legal: [
      "{company} is an equal opportunity employer and looks forward to applications from people of every background.",
      "Send us a few lines and your résumé; we answer within five working days and there is no homework.",
      "We process your data only for this application and delete them after six months.",
    ],
    edited: [
      "Update: we have added a second opening in the same team.",
      "Update: the start date is flexible by up to three months.",
    ],
  },
  de: {
    headings: {
      about: ["Über {company}", "Über uns"],
      duties: ["Deine Aufgaben", "Ihre Aufgaben", "Was dich erwartet"],
      qualifications: ["Dein Profil", "Anforderungen", "Was du mitbringst"],
      preferred: ["Von Vorteil", "Schön, wenn du auch das mitbringst"],
      benefits: ["Wir bieten", "Unsere Leistungen", "Das bieten wir dir"],
      legal: ["Chancengleichheit", "So bewirbst du dich"],
    },
    seniority: {
      intern: "Praktikum",
      junior: "Junior",
      mid: "",
      senior: "Senior",
      lead: "Lead",
      manager: "Leitung",
      director: "Director",
    },
    titleSuffix: " (m/w/d)",
    about: [
      "{company} baut {product} für Menschen, die sich um {product} keine Gedanken machen möchten.",
      "Angefangen haben wir über einer Bäckerei in {city}, und die Gewohnheit des frühen Aufstehens ist geblieben.",
      "Unsere {product} stehen an Orten, die es nicht gibt, und werden dort sehr geschätzt.",
      "Wir sind rund zweihundert Leute, und die Firma gehört denen, die hier arbeiten.",
      "Bei {company} wird alles aufgeschrieben, damit niemand für eine Auskunft in einer Besprechung sitzen muss.",
      "Wir messen uns daran, wie wenige Überraschungen unsere Kundschaft am Montag erlebt.",
      "Kleine Teams verantworten bei uns, was sie bauen, von der ersten Skizze bis zum letzten Alarm in der Nacht.",
    ],
    intro: [
      "Als {role} in unserem Team {team} hilfst du uns, Versprechen zu halten, die wir schon gegeben haben.",
      "Für unser Team {team} suchen wir Verstärkung als {role}: klare Fragen, fertige Arbeit.",
    ],
    duties: [
      "Du führst ein Vorhaben von einem vagen Satz bis zu etwas, das täglich benutzt wird",
      "Du arbeitest mit Gestaltung, Betrieb und Kundendienst zusammen und erklärst deine Abwägungen verständlich",
      "Du prüfst die Arbeit anderer freundlich und gründlich und erwartest dasselbe",
      "Du hältst Entscheidungen fest, damit die Nächsten verstehen, warum etwas so ist",
      "Du teilst dir den Bereitschaftsdienst mit sechs Kolleginnen und Kollegen und behebst die Ursachen",
      "Du sprichst einmal im Monat mit Kundinnen und Kunden und bringst mit, was sie wirklich gesagt haben",
      "Du hilfst neuen Leuten, in den ersten zwei Wochen anzukommen",
    ],
    skillDuties: [
      "Du entwickelst und betreibst Dienste mit {skill}, auf die sich Tausende verlassen",
      "Du verantwortest unseren Einsatz von {skill} und entscheidest, wo er endet",
      "Du überführst einen gealterten Teil der Plattform nach {skill}, ohne dass es jemand merkt",
      "Du entwirfst, prüfst und dokumentierst Lösungen rund um {skill} und {skill2}",
    ],
    requires: [
      "Fundierte praktische Erfahrung mit {skill}",
      "Du kennst {skill} gut und kannst es jemandem erklären, der neu anfängt",
      "Gute Kenntnisse in {skill} und {skill2}",
      "Sicherer Umgang mit {skill} in einem größeren Team",
    ],
    years: ["Mindestens {years} Jahre Berufserfahrung in einer ähnlichen Rolle"],
    degree: ["Abgeschlossenes Studium oder eine vergleichbare Ausbildung"],
    soft: [
      "Klare schriftliche Kommunikation auf Deutsch und Englisch",
      "Du hörst erst zu und bringst Menschen zusammen, wenn die Meinungen auseinandergehen",
      "Du bleibst ruhig, auch wenn mehreres zugleich dringend ist",
      "Sorgfalt und der Mut, etwas fertig zu nennen",
    ],
    preferred: [
      "Erfahrung mit {skill} ist von Vorteil",
      "Idealerweise hast du {skill} schon im Betrieb erlebt",
      "Erste Berührung mit {skill} oder {skill2}",
    ],
    benefits: [
      "30 Tage Urlaub und ein freier Tag am Geburtstag",
      "1.500 Euro im Jahr für Weiterbildung und die Zeit dafür",
      "Flexible Arbeitszeiten rund um eine Kernzeit von zehn bis drei",
      "Betriebliche Altersvorsorge mit Zuschuss",
      "Fahrrad, Fahrkarte oder Stellplatz, ganz nach Wunsch",
      "Ausstattung nach Wahl und ein Stuhl, den du mögen wirst",
    ],
    pay: "Das Gehalt für diese Stelle liegt bei {pay}.",
    remote: "Du kannst von überall im Land arbeiten; zweimal im Jahr treffen wir uns.",
    hybrid: "Wir arbeiten hybrid: zwei Tage in der Woche in unserem Büro in {city}, sonst wo du magst.",
    onsite: "Die Stelle ist vor Ort in {city}.",
    legal: [
      "Wir freuen uns über Bewerbungen von Menschen jeder Herkunft, jedes Geschlechts und jedes Alters.",
      "Schick uns ein paar Zeilen und deinen Lebenslauf; wir antworten innerhalb von fünf Werktagen.",
      "Deine Daten verarbeiten wir nur für diese Bewerbung und löschen sie nach sechs Monaten.",
    ],
    edited: ["Nachtrag: Wir haben im selben Team eine zweite Stelle zu besetzen."],
  },
  fr: {
    headings: {
      about: ["À propos de {company}", "Qui sommes-nous ?"],
      duties: ["Vos missions", "Le poste", "Ce que vous ferez"],
      qualifications: ["Votre profil", "Profil recherché", "Compétences requises"],
      preferred: ["Les plus", "Serait un plus"],
      benefits: ["Ce que nous offrons", "Avantages", "Rémunération et avantages"],
      legal: ["Égalité des chances", "Comment postuler"],
    },
    seniority: {
      intern: "Stage",
      junior: "Junior",
      mid: "",
      senior: "Senior",
      lead: "Lead",
      manager: "Responsable",
      director: "Directeur",
    },
    titleSuffix: " (H/F)",
    about: [
      "{company} fabrique des {product} pour celles et ceux qui préfèrent penser à autre chose.",
      "Nous avons commencé au-dessus d'une boulangerie à {city} et gardé l'habitude de nous lever tôt.",
      "Nos {product} sont installés dans des lieux imaginaires, où ils sont très appréciés.",
      "Nous sommes environ deux cents, et l'entreprise appartient à ceux qui y travaillent.",
      "Chez {company}, tout est écrit : personne n'a besoin d'une réunion pour trouver une réponse.",
      "De petites équipes portent ce qu'elles construisent, du premier croquis à la dernière alerte de nuit.",
    ],
    intro: [
      "En tant que {role} au sein de l'équipe {team}, vous nous aiderez à tenir des promesses déjà faites.",
      "Notre équipe {team} recherche une personne pour le poste de {role}, qui aime les questions claires et le travail fini.",
    ],
    duties: [
      "Mener un sujet d'une phrase vague jusqu'à un outil utilisé tous les jours",
      "Travailler avec le design, l'exploitation et le support, et expliquer vos choix simplement",
      "Relire le travail des autres avec bienveillance et rigueur, et demander la même chose",
      "Écrire les décisions afin que la personne suivante comprenne pourquoi",
      "Partager l'astreinte avec six collègues et corriger les causes des incidents",
      "Échanger chaque mois avec nos clients et rapporter ce qu'ils ont vraiment dit",
    ],
    skillDuties: [
      "Développer et exploiter des services avec {skill} dont dépendent des milliers de personnes",
      "Porter notre usage de {skill} et décider où il s'arrête",
      "Migrer une partie vieillissante de la plateforme vers {skill} sans que cela se remarque",
      "Concevoir, tester et documenter des solutions autour de {skill} et {skill2}",
    ],
    requires: [
      "Une solide expérience pratique de {skill}",
      "Vous connaissez bien {skill} et savez l'expliquer à quelqu'un qui débute",
      "Bonne maîtrise de {skill} et {skill2}",
      "Expérience de {skill} au sein d'une équipe",
    ],
    years: ["Au moins {years} ans d'expérience professionnelle dans un rôle similaire"],
    degree: ["Diplôme de niveau licence ou expérience équivalente"],
    soft: [
      "Une communication écrite claire, en français et en anglais",
      "Vous écoutez d'abord et rapprochez les avis quand ils diffèrent",
      "Vous gardez votre calme quand plusieurs choses sont urgentes à la fois",
      "Le souci du détail et le courage de déclarer qu'un travail est terminé",
    ],
    preferred: [
      "Une expérience de {skill} est un plus",
      "Idéalement, vous avez vu {skill} en production",
      "Une première approche de {skill} ou {skill2}",
    ],
    benefits: [
      "30 jours de congés payés et un jour offert pour votre anniversaire",
      "1 500 euros par an pour la formation, et le temps d'en profiter",
      "Horaires flexibles autour d'une plage commune de dix à quinze heures",
      "Mutuelle prise en charge pour vous et votre famille",
      "Un vélo, un abonnement de transport ou une place de parking, au choix",
      "Le matériel de votre choix et une chaise que vous aimerez",
    ],
    pay: "La rémunération de ce poste est de {pay}.",
    remote: "Vous pouvez travailler de n'importe où dans le pays ; nous nous retrouvons deux fois par an.",
    hybrid: "Nous travaillons en mode hybride : deux jours par semaine au bureau à {city}.",
    onsite: "Le poste est sur site, à {city}.",
    legal: [
      "{company} étudie toutes les candidatures sans distinction d'origine, de genre ou d'âge.",
      "Envoyez-nous quelques lignes et votre CV ; nous répondons sous cinq jours ouvrés.",
      "Vos données ne servent qu'à cette candidature et sont supprimées au bout de six mois.",
    ],
    edited: ["Mise à jour : un second poste est ouvert dans la même équipe."],
  },
  es: {
    headings: {
      about: ["Sobre {company}", "Quiénes somos"],
      duties: ["Tus funciones", "Responsabilidades", "Qué harás"],
      qualifications: ["Tu perfil", "Requisitos", "Qué buscamos"],
      preferred: ["Se valorará", "Deseable"],
      benefits: ["Qué ofrecemos", "Beneficios", "Te ofrecemos"],
      legal: ["Igualdad de oportunidades", "Cómo solicitar el puesto"],
    },
    seniority: {
      intern: "Prácticas",
      junior: "Junior",
      mid: "",
      senior: "Senior",
      lead: "Lead",
      manager: "Responsable",
      director: "Director",
    },
    titleSuffix: "",
    about: [
      "{company} fabrica {product} para quienes prefieren no pensar en ello.",
      "Empezamos encima de una panadería en {city} y conservamos la costumbre de madrugar.",
      "Nuestros {product} están en lugares que no existen, donde se les tiene mucho cariño.",
      "Somos unas doscientas personas, y la empresa pertenece a quienes trabajan en ella.",
      "En {company} todo se escribe, así nadie necesita una reunión para encontrar una respuesta.",
      "Equipos pequeños se encargan de lo que construyen, del primer boceto a la última alarma de la noche.",
    ],
    intro: [
      "Como {role} en nuestro equipo de {team} nos ayudarás a cumplir promesas que ya hemos hecho.",
      "Nuestro equipo de {team} busca una persona para el puesto de {role} a quien le gusten las preguntas claras.",
    ],
    duties: [
      "Llevar un proyecto desde una frase vaga hasta algo que se usa todos los días",
      "Colaborar con diseño, operaciones y soporte, y explicar tus decisiones con sencillez",
      "Revisar el trabajo de los demás con amabilidad y rigor, y pedir lo mismo",
      "Dejar por escrito las decisiones para que la siguiente persona entienda el porqué",
      "Compartir las guardias con seis compañeros y corregir las causas de las incidencias",
      "Hablar cada mes con clientes y traer lo que han dicho de verdad",
    ],
    skillDuties: [
      "Desarrollar y operar servicios con {skill} de los que dependen miles de personas",
      "Responsabilizarte de nuestro uso de {skill} y decidir dónde termina",
      "Migrar una parte antigua de la plataforma a {skill} sin que nadie lo note",
      "Diseñar, probar y documentar soluciones en torno a {skill} y {skill2}",
    ],
    requires: [
      "Experiencia práctica y sólida con {skill}",
      "Conoces bien {skill} y sabes explicárselo a quien empieza",
      "Buen dominio de {skill} y {skill2}",
      "Experiencia con {skill} dentro de un equipo",
    ],
    years: ["Al menos {years} años de experiencia profesional en un puesto similar"],
    degree: ["Grado universitario o experiencia equivalente"],
    soft: [
      "Comunicación escrita clara, en español y en inglés",
      "Escuchas primero y acercas posturas cuando hay opiniones distintas",
      "Mantienes la calma cuando varias cosas urgen a la vez",
      "Atención al detalle y el valor de dar algo por terminado",
    ],
    preferred: [
      "Se valorará experiencia con {skill}",
      "Idealmente has visto {skill} en producción",
      "Un primer contacto con {skill} o {skill2}",
    ],
    benefits: [
      "30 días de vacaciones y el día de tu cumpleaños libre",
      "1.500 euros al año para formación, y tiempo para aprovecharlos",
      "Horario flexible en torno a una franja común de diez a tres",
      "Seguro médico para ti y tu familia",
      "Bicicleta, abono de transporte o plaza de aparcamiento, a elegir",
      "El equipo que elijas y una silla que te gustará",
    ],
    pay: "El salario de este puesto es de {pay}.",
    remote: "Puedes trabajar desde cualquier lugar del país; nos vemos dos veces al año.",
    hybrid: "Trabajamos en modalidad híbrida: dos días por semana en la oficina de {city}.",
    onsite: "El puesto es presencial, en {city}.",
    legal: [
      "{company} valora todas las candidaturas sin distinción de origen, género o edad.",
      "Envíanos unas líneas y tu currículum; respondemos en cinco días laborables.",
      "Tratamos tus datos solo para esta candidatura y los borramos a los seis meses.",
    ],
    edited: ["Actualización: hay una segunda vacante en el mismo equipo."],
  },
  pt: {
    headings: {
      about: ["Sobre a {company}", "Quem somos"],
      duties: ["O que você vai fazer", "Responsabilidades", "As suas funções"],
      qualifications: ["O que esperamos de você", "Requisitos", "O seu perfil"],
      preferred: ["Diferenciais", "Será um diferencial"],
      benefits: ["O que oferecemos", "Benefícios"],
      legal: ["Igualdade de oportunidades", "Como se candidatar"],
    },
    seniority: {
      intern: "Estágio",
      junior: "Júnior",
      mid: "",
      senior: "Sênior",
      lead: "Lead",
      manager: "Gerente",
      director: "Diretor",
    },
    titleSuffix: "",
    about: [
      "A {company} produz {product} para quem prefere não pensar no assunto.",
      "Começamos em cima de uma padaria em {city} e mantivemos o hábito de acordar cedo.",
      "Nossos {product} estão em lugares que não existem, onde são muito queridos.",
      "Somos cerca de duzentas pessoas, e a empresa pertence a quem trabalha nela.",
      "Na {company} tudo fica por escrito; ninguém precisa de uma reunião para achar uma resposta.",
      "Equipes pequenas cuidam do que constroem, do primeiro rascunho ao último alarme da noite.",
    ],
    intro: [
      "Como {role} na nossa equipe de {team}, você vai nos ajudar a cumprir promessas que já fizemos.",
      "Nossa equipe de {team} procura uma pessoa para a vaga de {role} que goste de perguntas claras.",
    ],
    duties: [
      "Levar um projeto de uma frase vaga até algo que é usado todos os dias",
      "Trabalhar com design, operações e suporte, e explicar as suas escolhas com simplicidade",
      "Revisar o trabalho dos outros com gentileza e rigor, e pedir o mesmo",
      "Registrar as decisões para que a próxima pessoa entenda o porquê",
      "Dividir o plantão com seis colegas e corrigir as causas dos incidentes",
      "Conversar todo mês com clientes e trazer o que eles realmente disseram",
    ],
    skillDuties: [
      "Desenvolver e operar serviços com {skill} dos quais milhares de pessoas dependem",
      "Cuidar do nosso uso de {skill} e decidir onde ele termina",
      "Migrar uma parte antiga da plataforma para {skill} sem que ninguém perceba",
      "Projetar, testar e documentar soluções em torno de {skill} e {skill2}",
    ],
    requires: [
      "Experiência prática e sólida com {skill}",
      "Você conhece bem {skill} e sabe explicar a quem está começando",
      "Bom domínio de {skill} e {skill2}",
      "Experiência com {skill} dentro de uma equipe",
    ],
    years: ["Pelo menos {years} anos de experiência profissional em função semelhante"],
    degree: ["Ensino superior completo ou experiência equivalente"],
    soft: [
      "Comunicação escrita clara, em português e em inglês",
      "Você escuta primeiro e aproxima as pessoas quando as opiniões divergem",
      "Você mantém a calma quando várias coisas são urgentes ao mesmo tempo",
      "Atenção aos detalhes e coragem para dar algo por terminado",
    ],
    preferred: [
      "Experiência com {skill} será um diferencial",
      "De preferência, você já viu {skill} em produção",
      "Um primeiro contato com {skill} ou {skill2}",
    ],
    benefits: [
      "30 dias de férias e folga no dia do seu aniversário",
      "Verba anual de formação e tempo para usá-la",
      "Horário flexível em torno de um período comum das dez às três",
      "Plano de saúde para você e sua família",
      "Bicicleta, bilhete de transporte ou vaga de garagem, à sua escolha",
      "O equipamento que você escolher e uma cadeira de que vai gostar",
    ],
    pay: "A remuneração desta vaga é de {pay}.",
    remote: "Você pode trabalhar de qualquer lugar do país; nos encontramos duas vezes por ano.",
    hybrid: "Trabalhamos em modelo híbrido: dois dias por semana no escritório de {city}.",
    onsite: "A vaga é presencial, em {city}.",
    legal: [
      "A {company} considera todas as candidaturas, sem distinção de origem, gênero ou idade.",
      "Envie algumas linhas e o seu currículo; respondemos em cinco dias úteis.",
      "Os seus dados servem apenas para esta candidatura e são apagados após seis meses.",
    ],
    edited: ["Atualização: há uma segunda vaga na mesma equipe."],
  },
};
