import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listTable } from '../../../../src/commands/iptables/list.ts'
import { restoreTables } from '../../../../src/netfilter/command/restore.ts'
import { NO_TABLES } from '../../../../src/netfilter/command/tables.ts'
import { listRules, saveTables } from '../../../../src/netfilter/text/save.ts'
import { KubehopError } from '../../../../src/packet/index.ts'
import { joinIptables, readIptables, rulePlaces } from '../../../../src/snapshot/parse/iptables/index.ts'
import { readPaste } from '../../../../src/snapshot/paste/index.ts'
import { tablesText } from '../../../support/rule-arbitraries.ts'

/*
 * Whatever somebody pastes, it becomes evidence or an error of kubehop's own kind. `KUBEHOP_RUNS=1000000` tries that many cases.
 */
const numRuns = Number(process.env.KUBEHOP_RUNS ?? 400)

const COUNTS = () => ({ packets: 12, bytes: 720 })
const REQUEST = { style: 'table', chain: null, position: null, numeric: true, verbose: true } as const
const NFT = `table ip filter {
	chain INPUT { # handle 1
		type filter hook input priority filter; policy accept;
		tcp flags syn / fin,syn,rst,ack ip saddr != 10.0.0.0/8 tcp dport { 80, 443 } counter packets 1 bytes 60 jump X # handle 2
		meta random & 2147483647 < 1073741824 xt match "recent" counter packets 0 bytes 0 meta mark set mark and 0xff xor 0x1
		ct state ! invalid,new limit rate 5/minute counter packets 0 bytes 0 log prefix "a "b" " level debug comment "c"
	}
	set s { type ipv4_addr; elements = { 10.0.0.1 } }
	chain X {
		# xt_comment counter packets 0 bytes 0 # xt_MASQUERADE
	}
}
`

/** Prints of the same rules in each form, by the command. */
const prints = tablesText.map((text) => {
  const { tables } = restoreTables(text, NO_TABLES)
  const found: [string, string][] = [
    ['iptables-save', saveTables(tables)],
    ['iptables-save -c', saveTables(tables, { counters: true, lookup: () => COUNTS })],
    ['nft list ruleset', NFT],
    ['nft list chain ip filter X', NFT],
  ]
  for (const [name, table] of tables) {
    found.push([`iptables -t ${name} -S -v`, listRules(name, table, undefined, undefined, COUNTS)])
    found.push([`iptables -t ${name} -S X`, listRules(name, table)])
    found.push([
      `iptables -t ${name} -L -nv --line-numbers`,
      listTable(name, table, { ...REQUEST, exact: false, lineNumbers: true }, COUNTS),
    ])
  }
  return found
})

const edit = fc.tuple(
  fc.nat(),
  fc.nat(40),
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '\n',
      ' ',
      '"',
      '{',
      '}',
      '/* ',
      ' */',
      '!',
      ' -j ',
      '[',
      '???',
      '-A INPUT ',
      'COMMIT',
      '*nat',
      '\u001b[',
      '> ',
      '```',
    ),
  ),
)

test('spoilt prints of rules', { timeout: 60_000 + numRuns * 20 }, () => {
  fc.assert(
    fc.property(prints, fc.nat(), fc.array(edit, { minLength: 1, maxLength: 4 }), (some, which, edits) => {
      const [command, print] = some[which % some.length]!
      let text = print
      for (const [at, length, word] of edits) {
        const place = at % (text.length + 1)
        text = text.slice(0, place) + word + text.slice(place + length)
      }
      try {
        for (const { command: found, print: body, source } of readPaste(`# ${command}\n${text}`, 'paste')) {
          if (typeof body === 'string') readIptables(found.split(' '), body, source)
        }
        const joined = joinIptables(readIptables(command.split(' '), text, { command }))
        for (const each of joined) {
          rulePlaces(each)('filter', 'INPUT', 1)
          restoreTables(each.text, NO_TABLES, { keepUnsupported: true, counters: true, lines: each.lines ?? [] })
        }
      } catch (error) {
        expect(error).toBeInstanceOf(KubehopError)
      }
    }),
    { numRuns },
  )
})
