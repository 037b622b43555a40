/** The text with its lines in the order in which kube-proxy's own tests compare them (`sortIPTablesRules`, proxier_test.go). */
export function sortRestoreText(text: string): string {
  const tables = text
    .split(/^(?=\*)/m)
    .filter((part) => part !== '')
    .map((part) => part.trimEnd().split('\n'))
  tables.sort((a, b) => (a[0]! < b[0]! ? -1 : 1))
  return tables.map(sortTable).join('')
}

function rank(chain: string): string {
  if (chain === 'KUBE-NODEPORTS') return '0'
  if (chain === 'KUBE-SERVICES') return '1'
  return chain.startsWith('KUBE-') ? `2${chain}` : `3${chain}`
}

function byRank(a: string, b: string): number {
  const [x, y] = [rank(a), rank(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

/** The Service at the head of a comment: up to the first blank or colon. */
function serviceOf(line: string): string {
  return /--comment "?([^ ":]*)/.exec(line)?.[1] ?? ''
}

function sortTable(lines: readonly string[]): string {
  const chainOf = (line: string) => line.split(' ')[1]!
  const chains = lines.filter((line) => line.startsWith(':')).map((line) => line.slice(1).split(' ')[0]!)
  chains.sort(byRank)
  const out = [lines[0]!, ...chains.map((name) => `:${name} - [0:0]`)]
  const rules = lines.filter((line) => line.startsWith('-A '))
  for (const chain of [...new Set(rules.map(chainOf))].sort(byRank)) {
    const own = rules.filter((line) => chainOf(line) === chain)
    if (chain === 'KUBE-NODEPORTS' || chain === 'KUBE-SERVICES') {
      const isLast = (line: string) => line.includes('must be the last rule')
      own.sort((a, b) => {
        if (isLast(a) || isLast(b)) return Number(isLast(a)) - Number(isLast(b))
        const [x, y] = [serviceOf(a), serviceOf(b)]
        return x < y ? -1 : x > y ? 1 : 0
      })
    }
    out.push(...own)
  }
  const deleted = lines.filter((line) => line.startsWith('-X ')).sort((a, b) => byRank(a.slice(3), b.slice(3)))
  return `${[...out, ...deleted, 'COMMIT'].join('\n')}\n`
}
