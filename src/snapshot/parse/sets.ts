import { linesOf } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'

/**
 * The lines of `ipset save`, or of `ipset list` in those words. Undefined: the print does not tell the members (`-t`, `-n`), so that it does not
 * count. A line that is not understood is left empty, so that the others keep their numbers.
 */
export function readSets(text: string, context: PrintContext): string | undefined {
  const lines = linesOf(text)
  const first = lines.find((line) => line.trim() !== '')
  if (first === undefined) return ''
  if (first.startsWith('<') || first.trimStart().startsWith('[')) {
    context.note('ipset as XML or JSON does not count; ask with ipset save')
    return undefined
  }
  return first.startsWith('Name: ') ? saveOfList(lines, context) : saved(lines, context)
}

function saved(lines: readonly string[], context: PrintContext): string {
  return lines
    .map((line, i) => {
      if (line.trim() === '' || /^(?:create|add|-N|-A|--create|--add)\s/.test(line)) return line
      context.note(`not understood: ${quoted(line)}`, i)
      return ''
    })
    .join('\n')
}

/** `Name: pods`, `Type: hash:ip`, `Header: family inet …`, `Members:`, and then one each line. */
function saveOfList(lines: readonly string[], context: PrintContext): string | undefined {
  const save: string[] = []
  let name = ''
  let type = ''
  let members = false
  let complete = true
  for (const [i, line] of lines.entries()) {
    const [, field, value = ''] = /^([A-Z][A-Za-z ]*):(?: (.*))?$/.exec(line) ?? []
    if (field === 'Name') {
      if (name !== '' && !members) complete = false
      name = value.trim()
      members = false
    } else if (line.trim() === '') continue
    else if (members) save.push(`add ${name} ${line.trim()}`)
    else if (field === 'Type') type = value.trim()
    else if (field === 'Header') save.push(`create ${name} ${type} ${value.trim()}`.trimEnd())
    else if (field === 'Members') members = true
    else if (field === undefined) context.note(`not understood: ${quoted(line)}`, i)
  }
  if (complete && (members || name === '')) return save.map((line) => `${line}\n`).join('')
  context.note('ipset list -t does not tell the members of sets; ask with ipset save')
  return undefined
}
