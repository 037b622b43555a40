/*
 * The part of Mermaid's grammar of sequence diagrams that traces use
 * (packages/mermaid/src/diagrams/sequence/parser/sequenceDiagram.jison of mermaid-js/mermaid): a statement a line; `;`
 * would end it, `#` without its `;` begins a comment; a participant's identifier has none of `<>:,;+-`; every `alt` has
 * its `end`.
 */

const ID = '[A-Za-z]\\w*'
/** Text: entities such as `#35;` are encoded before the lexer sees them. */
const TEXT = '(?:[^#;\\n]|#(?:\\d+|[a-z]+);)+'

const STATEMENTS: readonly RegExp[] = [
  new RegExp(`^title ${TEXT}$`),
  new RegExp(`^participant ${ID} as ${TEXT}$`),
  new RegExp(`^${ID}(?:->>|-->>)${ID}: ${TEXT}$`),
  new RegExp(`^Note over ${ID}: ${TEXT}$`),
  new RegExp(`^alt ${TEXT}$`),
  new RegExp(`^else ${TEXT}$`),
  /^end$/,
]

/** What is wrong with a diagram, line by line; empty when Mermaid would read it. */
export function mermaidErrors(diagram: string): string[] {
  const [first, ...lines] = diagram.trimEnd().split('\n')
  const errors = first === 'sequenceDiagram' ? [] : [`begins with ${first}`]
  let open = 0
  for (const line of lines.map((each) => each.trim())) {
    if (!STATEMENTS.some((statement) => statement.test(line))) errors.push(`not a statement: ${line}`)
    if (line.startsWith('alt ')) open++
    if (line.startsWith('else ') && open === 0) errors.push('else without alt')
    if (line === 'end' && --open < 0) errors.push('end without alt')
  }
  if (open > 0) errors.push('alt without end')
  return errors
}
