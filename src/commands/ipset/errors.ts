/** The command line does not say enough, or too much: exit code 2, and where help is to be found. */
export class IpsetUsageError extends Error {}

/** A word that cannot be read, or that the program itself refuses: exit code 1. */
export class IpsetSyntaxError extends Error {}

/** Something is wrong with a word, as most messages of lib/parse.c begin. */
export function syntaxError(text: string): never {
  throw new IpsetSyntaxError(`Syntax error: ${text}`)
}
