/**
 * What people paste: the prints of several programs one after the other, with prompts, time stamps, quoting and colours around them.
 *
 * `readPaste` takes off what the programs did not print (`clean.ts`, `log-prefix.ts`) and finds out what printed each part: by the command that
 * was typed at a prompt (`prompt.ts`, `typed-command.ts`), else by what it looks like (`looks.ts`). Lines are only shortened, never moved: a
 * section and its first line tell where everything in it stands. It does not know what the prints mean; `parse` does.
 */
export { type PasteSection, readPaste } from './read-paste.ts'
