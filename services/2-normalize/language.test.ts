import { expect, test } from "vitest";
import { languageOf } from "./language.ts";

test.each([
  [
    "en",
    "We are looking for an engineer who will work with our team and help us to build what our customers need from us.",
  ],
  [
    "de",
    "Wir suchen eine Person, die mit unserem Team an der Plattform arbeitet und die Aufgaben für den Betrieb übernimmt.",
  ],
  [
    "fr",
    "Nous recherchons une personne pour rejoindre notre équipe et développer avec nous les services de la plateforme.",
  ],
  [
    "es",
    "Buscamos una persona para nuestro equipo que desarrolle con nosotros los servicios de la plataforma y los mantenga.",
  ],
  [
    "pt",
    "Procuramos uma pessoa para a nossa equipe que desenvolva os serviços da plataforma e que goste do que faz com os colegas.",
  ],
  [
    "it",
    "Cerchiamo una persona per il nostro gruppo che sviluppi con noi i servizi della piattaforma e che sia curiosa di imparare.",
  ],
  [
    "nl",
    "Wij zoeken een collega voor ons team die met ons aan het platform werkt en die van een goede uitdaging houdt.",
  ],
  [
    "sv",
    "Vi söker en kollega till vårt team som vill arbeta med oss på plattformen och som gillar att lära sig nya saker.",
  ],
  [
    "pl",
    "Szukamy osoby do naszego zespołu, która będzie z nami rozwijać platformę oraz dbać o to, żeby się nie psuła.",
  ],
  ["ja", "私たちはプラットフォームを一緒に開発するエンジニアを募集しています。経験は問いません。"],
  ["zh", "我们正在寻找一位工程师加入我们的团队，共同开发平台服务，欢迎投递简历。"],
  ["ko", "우리는 플랫폼을 함께 개발할 엔지니어를 찾고 있습니다. 많은 지원 바랍니다."],
  ["ru", "Мы ищем инженера в нашу команду, который будет разрабатывать сервисы платформы."],
  ["uk", "Ми шукаємо інженера до нашої команди, який розроблятиме сервіси платформи її користувачів."],
])("%s is recognised", (language, text) => {
  expect(languageOf(text)).toBe(language);
});

test.each([
  "",
  "AWS / GCP 123 !!",
  "Senior Engineer",
  "Lampworks is hiring engineers in Amsterdam",
  "Enterprise AE (SF) Description",
  "https://lampworks.example/careers/keeper-of-the-lamp-and-of-the-horn",
  "Java Developer Spring Boot Hibernate SQL Docker Kubernetes AWS Microservices REST JSON Maven Jenkins Kafka Spark",
  "Backend Engineer https://lampworks.example/a Frontend Engineer https://lampworks.example/b Data Analyst https://lampworks.example/c Recruiter https://lampworks.example/d",
  "\0\ud800".repeat(1_000),
])("%j says no language", (text) => {
  expect(languageOf(text)).toBeNull();
});

test("a short sentence is enough where its small words are of one language", () => {
  expect(languageOf("Wir suchen eine Person für unser Team.")).toBe("de");
  expect(languageOf("We are looking for an engineer to join us.")).toBe("en");
  expect(languageOf("$17 an hour, 20 hours per week, paid per month from home.")).toBe("en");
  expect(languageOf("Vi søker deg som vil jobbe på et fyr.")).toBe("no");
  expect(languageOf("Du har minst 3 års erfaring og du trives i et lite team som jobber tett.")).toBe("no");
  expect(languageOf("Vi søger dig, der vil arbejde på et fyr.")).toBe("da");
});

test.each(["a ", "the ", "x", "語", "a@", "https://x ", "ї"])(
  "a text of %j without end takes a moment",
  (piece) => {
    const before = process.cpuUsage();
    languageOf(piece.repeat(1_000_000 / piece.length));
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  },
);

test("a few words in Latin letters are no language of another script", () => {
  expect(
    languageOf("Tar Kettle | Frontend | Contract | 400-500 EUR per day. Maps and tea. We pay well."),
  ).toBe("en");
  expect(languageOf("Kettle | Frontend | Contract | 400-500 EUR")).not.toBe("hi");
});

test("a German posting full of English words is German", () => {
  expect(
    languageOf(
      "Senior Backend Engineer (m/w/d). Du entwickelst Microservices mit Go und Kubernetes für unsere Data Platform, im Team mit dem Product Owner und den Site Reliability Engineers.",
    ),
  ).toBe("de");
});

test("a Chinese posting with an English introduction and English names is Chinese", () => {
  expect(
    languageOf(
      "About the company: we are the largest platform of our kind and we work with the best people in the region. 你将负责后端服务的设计与开发，与产品团队和数据团队紧密合作，确保系统稳定、安全、可扩展。要求：熟悉 Go、Kubernetes 和 PostgreSQL，具有三年以上相关经验，乐于学习并分享知识。",
    ),
  ).toBe("zh");
});

test("a language without function words here is not taken for one that shares a few", () => {
  expect(
    languageOf(
      "Menyediakan laporan harian kepada pengurus dan memastikan semua kenderaan berada dalam keadaan baik serta selamat digunakan oleh pelanggan.",
    ),
  ).toMatch(/^(id|ms)$/);
});
