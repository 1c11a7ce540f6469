// Owns one question to the running instance's API: JSON, or an error that says what did not answer.

const askTimeoutMs = 30_000;

export async function ask(url: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(askTimeoutMs) });
  } catch (error) {
    const cause = (error as { cause?: Error }).cause ?? (error as Error);
    throw new Error(`${url} does not answer: ${cause.message}`);
  }
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.trim().slice(0, 300)}`);
  return JSON.parse(text);
}
