// Owns ClickHouse's exceptions as they go over HTTP: code, name and text, and the status that ClickHouse
// answers for each name (its exceptionCodeToHTTPStatus).

const statusOfNames: [status: number, names: readonly string[]][] = [
  [401, ["REQUIRED_PASSWORD"]],
  [403, ["UNKNOWN_USER", "WRONG_PASSWORD", "AUTHENTICATION_FAILED", "SET_NON_GRANTED_ROLE", "ACCESS_DENIED"]],
  [
    400,
    [
      "BAD_ARGUMENTS",
      "CANNOT_COMPILE_REGEXP",
      "CANNOT_PARSE_TEXT",
      "CANNOT_PARSE_ESCAPE_SEQUENCE",
      "CANNOT_PARSE_QUOTED_STRING",
      "CANNOT_PARSE_DATE",
      "CANNOT_PARSE_DATETIME",
      "CANNOT_PARSE_NUMBER",
      "CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING",
      "CANNOT_PARSE_IPV4",
      "CANNOT_PARSE_IPV6",
      "CANNOT_PARSE_INPUT_ASSERTION_FAILED",
      "CANNOT_PARSE_UUID",
      "DUPLICATE_COLUMN",
      "ILLEGAL_COLUMN",
      "UNKNOWN_ELEMENT_IN_AST",
      "UNKNOWN_TYPE_OF_AST_NODE",
      "THERE_IS_NO_COLUMN",
      "TOO_DEEP_AST",
      "TOO_BIG_AST",
      "UNEXPECTED_AST_STRUCTURE",
      "SYNTAX_ERROR",
      "INCORRECT_DATA",
      "TYPE_MISMATCH",
      "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE",
    ],
  ],
  [
    404,
    [
      "UNKNOWN_TABLE",
      "UNKNOWN_FUNCTION",
      "UNKNOWN_IDENTIFIER",
      "UNKNOWN_TYPE",
      "UNKNOWN_STORAGE",
      "UNKNOWN_DATABASE",
      "UNKNOWN_SETTING",
      "UNKNOWN_DIRECTION_OF_SORTING",
      "UNKNOWN_AGGREGATE_FUNCTION",
      "UNKNOWN_FORMAT",
      "UNKNOWN_DATABASE_ENGINE",
      "UNKNOWN_TYPE_OF_QUERY",
      "UNKNOWN_ROLE",
    ],
  ],
  [413, ["QUERY_IS_TOO_LARGE"]],
  [501, ["NOT_IMPLEMENTED"]],
  [503, ["SOCKET_TIMEOUT", "CANNOT_OPEN_FILE", "CANNOT_SCHEDULE_TASK"]],
  [411, ["HTTP_LENGTH_REQUIRED"]],
  [408, ["TIMEOUT_EXCEEDED"]],
  [415, ["UNSUPPORTED_MEDIA_TYPE"]],
];

const statuses = new Map(
  statusOfNames.flatMap(([status, names]) => names.map((name) => [name, status] as const)),
);

/** What ClickHouse says went wrong. */
export class Exception extends Error {
  override name = "Exception";
  readonly code: number;
  /** ClickHouse's name for the code, such as UNKNOWN_TABLE. */
  readonly type: string;
  readonly status: number;

  constructor(code: number, type: string, message: string, status?: number) {
    super(message);
    this.code = code;
    this.type = type;
    this.status = status ?? statuses.get(type) ?? 500;
  }

  /** The text that ClickHouse would answer with. */
  text(version: string): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.type}) (version ${version})`;
  }
}

/** Reads what the engine threw. It sometimes wraps an exception's text in another's. */
export function toException(thrown: unknown): Exception {
  if (thrown instanceof Exception) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const match = /^(?:Query failed: )?Code: (\d+)\. DB::Exception: ([\s\S]*?)\s*\(([A-Z0-9_]+)\)\s*$/.exec(
    text,
  );
  if (match === null) return new Exception(1002, "UNKNOWN_EXCEPTION", text);
  const [, code = "", message = "", type = ""] = match;
  const inner = /^Code: \d+\. DB::Exception: ([\s\S]*?)\s*\([A-Z0-9_]+\) \(version [^)]*\)\.?$/.exec(message);
  return new Exception(Number(code), type, inner?.[1] ?? message);
}
