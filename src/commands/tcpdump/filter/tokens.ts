/** The filter is wrong: in tcpdump's words, without its name before them. */
export class FilterError extends Error {}

export const SYNTAX_ERROR = "can't parse filter expression: syntax error"

const TOKEN =
  /\s+|((?:[0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}|\\?[A-Za-z0-9](?:[-_.A-Za-z0-9]*[.A-Za-z0-9])?|&&|\|\||>=|<=|!=|==|<<|>>|[[\]()!&|=<>+*%^:/-])/y

/** The words and signs of a filter (libpcap scanner.l). */
export function tokensOf(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (match === null) throw new FilterError(SYNTAX_ERROR)
    if (match[1] !== undefined) tokens.push(match[1])
  }
  return tokens
}

/** Tokens, read one after the other. */
export class Tokens {
  readonly #tokens: readonly string[]
  at = 0

  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  peek(ahead = 0): string | undefined {
    return this.#tokens[this.at + ahead]
  }

  next(): string {
    const token = this.#tokens[this.at++]
    if (token === undefined) throw new FilterError(SYNTAX_ERROR)
    return token
  }

  /** Takes the next one if it is one of these. */
  take(...tokens: readonly string[]): string | undefined {
    const token = this.peek()
    if (token === undefined || !tokens.includes(token)) return undefined
    this.at++
    return token
  }

  expect(token: string): void {
    if (this.take(token) === undefined) throw new FilterError(SYNTAX_ERROR)
  }
}
