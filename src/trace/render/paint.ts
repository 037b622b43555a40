/** What a piece of text is, for colours. */
export type Ink = 'title' | 'good' | 'bad' | 'warn' | 'name' | 'dim' | 'rule' | 'plain'

/** Puts a colour on a text, or leaves it. */
export type Paint = (ink: Ink, text: string) => string

export const noPaint: Paint = (_ink, text) => text

/** SGR codes (ECMA-48) by ink. */
const CODES: { readonly [I in Ink]: string } = {
  title: '1',
  good: '32',
  bad: '31',
  warn: '33',
  name: '36',
  dim: '2',
  rule: '35',
  plain: '',
}

/** Colours of a terminal. */
export const ansiPaint: Paint = (ink, text) => (CODES[ink] === '' ? text : `\u001b[${CODES[ink]}m${text}\u001b[0m`)
