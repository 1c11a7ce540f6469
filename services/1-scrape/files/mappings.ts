// Owns the mappings that come ready-made, and which of them a header calls for: public sets of postings whose
// columns are known. Adding one is an entry here, and a fixture for the test.
import { columnsOf, folded, type Mapping } from "./mapping.ts";

/** What the sets that were taken from Glassdoor share. */
const glassdoor: Omit<Mapping, "name" | "needs"> = {
  source: "glassdoor",
  id: null,
  columns: {
    title: "Job Title",
    company: { column: "Company Name", as: "name" },
    location: { column: "Location", as: "place" },
    industries: ["Industry", "Sector"],
    description: { column: "Job Description", as: "bars" },
    salary: "Salary Estimate",
    application_type: { column: "Easy Apply", as: "yes", says: "Easy Apply" },
  },
  // Estimates are by the year where they do not say "Per Hour".
  defaults: { salary: { period: "year" } },
  known: [
    "index",
    "Unnamed: 0",
    "Rating",
    "Headquarters",
    "Size",
    "Founded",
    "Type of ownership",
    "Revenue",
    "Competitors",
  ],
  nothing: ["-1", "-1.0", "Unknown / Non-Applicable"],
};

/** The first that a header fits is taken: the narrower ones stand before the wider. */
export const readyMade: readonly Mapping[] = [
  {
    // The staging table of LinkedIn scrapers, 16 columns. Its ids are LinkedIn's own.
    name: "linkedin-staging",
    source: "linkedin",
    needs: ["job_id", "ingestionDate", "job_title", "company_name", "job_description", "job_link"],
    id: "job_id",
    columns: {
      title: "job_title",
      company: "company_name",
      company_logo_url: "company_logo_url",
      location: "location",
      employment_type: "employment_type",
      seniority_level: "experience_level",
      workplace_type: "workplace_type",
      description: "job_description",
      applicant_count: "applicant_count",
      reposted_info: "reposted_info",
      skills_summary: "skills_summary",
      application_type: "application_type",
      job_url: "job_link",
      ingestion_date: "ingestionDate",
      source_file: "source_file",
    },
    defaults: {},
    known: [],
    nothing: [],
  },
  {
    // JobsPikr's set of data science postings in the USA, and its later feeds.
    name: "jobspikr",
    source: "jobspikr",
    needs: ["crawl_timestamp", "job_title", "company_name", "job_description", "uniq_id"],
    id: "uniq_id",
    columns: {
      title: "job_title",
      company: { first: ["company_name", "inferred_company_name"] },
      company_logo_url: "logo_url",
      location: {
        first: [
          ["city", "state", "country"],
          ["inferred_city", "inferred_state", "inferred_country"],
        ],
      },
      employment_type: "job_type",
      seniority_level: "inferred_seniority_level",
      workplace_type: "inferred_work_mode",
      job_functions: { first: ["category", "inferred_department_name"] },
      description: { first: ["html_job_description", "job_description"] },
      skills: "inferred_skills",
      salary: {
        first: [
          "salary_offered",
          {
            min: "inferred_salary_from",
            max: "inferred_salary_to",
            currency: "inferred_salary_currency",
            period: "inferred_salary_time_unit",
          },
        ],
      },
      posted_time: "post_date",
      expire_time: "valid_through",
      apply_url: "apply_url",
      job_url: "url",
      ingestion_date: "crawl_timestamp",
    },
    defaults: {},
    known: [
      "job_board",
      "geo",
      "cursor",
      "contact_email",
      "contact_phone_number",
      "has_expired",
      "latest_expiry_check_date",
      "last_expiry_check_date",
      "dataset",
      "postdate_in_indexname_format",
      "inferred_iso2_lang_code",
      "inferred_iso3_lang_code",
      "predicted_language",
      "is_remote",
      "is_salary_estimated",
      "duplicate_status",
      "inferred_company_type",
      "inferred_company_type_score",
      "inferred_department_score",
      "inferred_job_title",
      "job_desc_char_count",
      "domain",
      "segment_name",
      "fitness_score",
    ],
    nothing: ["Unspecified"],
  },
  {
    ...glassdoor,
    // picklesueat's DataScientist.csv of 2020.
    name: "datascientist",
    needs: ["Job Title", "Salary Estimate", "Job Description", "Company Name", "Easy Apply"],
  },
  {
    ...glassdoor,
    name: "glassdoor",
    needs: ["Job Title", "Salary Estimate", "Job Description", "Company Name"],
  },
  {
    // LinkedIn pages of 2018, without ids or dates.
    name: "linkedin",
    source: "linkedin",
    needs: ["title", "company", "description", "seniority", "functions", "industry"],
    id: null,
    columns: {
      title: "title",
      company: "company",
      location: "location",
      employment_type: "employment_type",
      seniority_level: "seniority",
      industries: "industry",
      job_functions: { column: "functions", as: "lines" },
      description: "description",
    },
    defaults: {},
    known: [],
    nothing: [],
  },
  {
    // Answers of Ashby's boards, an object a line.
    name: "ashby",
    source: "ashby",
    needs: ["id", "title", "descriptionHtml", "jobUrl", "employmentType"],
    id: "id",
    columns: {
      title: "title",
      company: { first: ["company_name", "company_slug"] },
      location: "location",
      employment_type: "employmentType",
      workplace_type: {
        first: ["workplaceType", { column: "isRemote", as: "yes", says: "remote" }],
      },
      job_functions: ["department", "team"],
      description: { first: ["descriptionHtml", "descriptionPlain"] },
      salary: { first: ["compensation.scrapeableCompensationSalarySummary"] },
      posted_time: "publishedAt",
      apply_url: "applyUrl",
      job_url: "jobUrl",
    },
    defaults: {},
    known: [
      "shouldDisplayCompensationOnJobPostings",
      "secondaryLocations",
      "isListed",
      "address",
      "compensation",
    ],
    nothing: [],
  },
  {
    // Comments of Hacker News's "Who is hiring?" threads, with the keys of its API. They have the ids that the
    // source hackernews gives them: imported or crawled, it is the same posting.
    name: "hackernews",
    source: "hackernews",
    needs: ["id", "by", "time", "text"],
    id: "id",
    columns: { description: "text", posted_time: "time" },
    heading: "text",
    defaults: {},
    known: ["source", "type", "parent", "kids"],
    nothing: [],
  },
];

/** The ready-made mapping that a header calls for. */
export function mappingFor(columns: readonly string[]): Mapping | undefined {
  const names = new Set(columns.map(folded));
  return readyMade.find(({ needs }) => needs.every((column) => names.has(folded(column))));
}

/** Columns that a mapping does not know. */
export function newColumns(columns: readonly string[], mapping: Mapping): string[] {
  const known = columnsOf(mapping);
  // A column without a name is a table's own row number.
  return columns.filter((column) => folded(column) !== "" && !known.has(folded(column)));
}
