import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listTable } from '../../../../src/commands/iptables/list.ts'
import { restoreTables, unsupportedPart } from '../../../../src/netfilter/command/restore.ts'
import { makeTable, NO_TABLES, type Tables } from '../../../../src/netfilter/command/tables.ts'
import type { Rule, TableName } from '../../../../src/netfilter/rule.ts'
import { printRule } from '../../../../src/netfilter/text/rule-printer.ts'
import { KubehopError } from '../../../../src/packet/index.ts'
import { readIptables } from '../../../../src/snapshot/parse/iptables/index.ts'
import { tablesText } from '../../../support/rule-arbitraries.ts'

const NO_COUNTERS = () => ({ packets: 0, bytes: 0 })
const REQUEST = { style: 'table', chain: null, position: null, numeric: true, verbose: true } as const

function listed(tables: Tables, exact: boolean, lineNumbers: boolean): Map<TableName, string> {
  return new Map(
    [...tables].map(([name, table]) => [name, listTable(name, table, { ...REQUEST, exact, lineNumbers }, NO_COUNTERS)]),
  )
}

function reread(name: TableName, list: string, options = ''): Tables {
  const [evidence] = readIptables(`iptables -t ${name} -L -n -v${options}`.split(' '), list, {})
  const { tables, errors } = restoreTables(evidence!.text, NO_TABLES, { keepUnsupported: true, counters: true })
  expect(errors.map(({ message }) => message)).toEqual([])
  return tables
}

/** Rules whose list does not say all: what is denied by quota, the name of a hashlimit, where a comment ends that has `*` and `/` in it. */
const losesSomething = ({ matches }: Rule): boolean =>
  matches.some(({ kind }) => kind === 'quota' || kind === 'hashlimit') ||
  matches.filter(({ kind }) => kind === 'comment').length > 1

const twice = ({ matches }: Rule, kind: string): boolean => matches.filter((match) => match.kind === kind).length > 1

const FILTER_HEADS = (rules: readonly string[]) =>
  [
    'Chain INPUT (policy ACCEPT 5 packets, 3M bytes)',
    ' pkts bytes target     prot opt in     out     source               destination         ',
    ...rules,
    '',
    'Chain FORWARD (policy DROP 0 packets, 0 bytes)',
    ' pkts bytes target     prot opt in     out     source               destination         ',
    '',
    'Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)',
    ' pkts bytes target     prot opt in     out     source               destination         ',
    '',
    'Chain X (1 references)',
    ' pkts bytes target     prot opt in     out     source               destination         ',
    '',
  ].join('\n')
const inputRules = (...rules: string[]) =>
  readIptables('iptables -L -nv'.split(' '), FILTER_HEADS(rules), {})[0]!
    .text.split('\n')
    .filter((line) => line.includes('-A INPUT'))
const refusal = (command: string, text: string) => {
  try {
    readIptables(command.split(' '), text, { file: 'list' })
  } catch (error) {
    if (error instanceof KubehopError) return `${error.code} ${error.message}`
    throw error
  }
  return null
}

describe('iptables -L -n -v', () => {
  it('is the list of the rules that are read from it, which are the same rules where it says all', () => {
    fc.assert(
      fc.property(tablesText, fc.boolean(), fc.boolean(), (text, exact, numbered) => {
        const { tables, errors } = restoreTables(text, NO_TABLES)
        fc.pre(errors.length === 0)
        for (const [name, list] of listed(tables, exact, numbered)) {
          const again = reread(name, list)
          const table = again.get(name)!
          for (const chain of tables.get(name)!.chains.values()) {
            const kept = chain.rules.map((rule, i) => {
              const same = table.chains.get(chain.name)!.rules[i]!
              if (unsupportedPart(same) !== null) {
                expect(losesSomething(rule), printRule(same)).toBe(true)
                return null
              }
              // two of these say the same as one with both parts
              if (!twice(rule, 'iprange') && !twice(rule, 'owner')) expect(printRule(same)).toBe(printRule(rule))
              return same
            })
            const lines = (rules: readonly (Rule | null)[]) =>
              listTable(
                name,
                makeTable(name, [
                  {
                    name: chain.name,
                    policy: chain.policy ?? 'ACCEPT',
                    rules: rules.filter((_, i) => kept[i] !== null) as Rule[],
                  },
                ]),
                { ...REQUEST, chain: chain.name, exact, lineNumbers: numbered },
                NO_COUNTERS,
              )
            expect(lines(kept)).toBe(lines(chain.rules))
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  it('keeps counters, rounded as they are there, and lines', () => {
    const text = FILTER_HEADS([
      '   12  345K X          6    --  *      *       0.0.0.0/0            0.0.0.0/0           ',
    ])
    const [evidence] = readIptables(['iptables', '-L', '-n', '-v'], text, { line: 11 })
    expect(evidence!.text.split('\n').slice(1, 6)).toEqual([
      ':INPUT ACCEPT [5:3000000]',
      ':FORWARD DROP [0:0]',
      ':OUTPUT ACCEPT [0:0]',
      ':X - [0:0]',
      '[12:345000] -A INPUT -p 6 -j X',
    ])
    expect(evidence!.lines!.slice(1, 6)).toEqual([11, 15, 18, 21, 13])
    expect(evidence!.missing).toEqual(['raw', 'mangle', 'nat', 'security'])
  })

  it('reads what other versions print', () => {
    expect(
      inputRules(
        '    0     0 DROP       tcp  -f  !eth0  *      !10.0.0.0/8           0.0.0.0/0            tcp dpt:!80 flags:!0x17/0x02',
        '    0     0 X          all  --  *      *       0.0.0.0/0            0.0.0.0/0            [goto] ',
        '    0     0            icmp --  *      *       0.0.0.0/0            0.0.0.0/0            icmptype 8 recent: SET name: A side: source',
        '    0     0 NOTRACK    udp  --  *      *       0.0.0.0/0            0.0.0.0/0           ',
      ),
    ).toEqual([
      '[0:0] -A INPUT ! -s 10.0.0.0/8 ! -i eth0 -p tcp -f -m tcp ! --dport 80 ! --tcp-flags FIN,SYN,RST,ACK SYN -j DROP',
      '[0:0] -A INPUT -g X',
      '[0:0] -A INPUT -p icmp -m icmp --icmp-type 8 -m recent --set --name A --rsource',
      '[0:0] -A INPUT -p udp -j NOTRACK',
    ])
  })

  it('keeps what it does not know', () => {
    const rule = (target: string, extras: string) =>
      inputRules(
        `    0     0 ${target}        all  --  *      *       0.0.0.0/0            0.0.0.0/0            ${extras}`,
      )[0]!
    expect(rule('DROP', 'mark match 0x1 policy match dir in pol ipsec')).toBe(
      '[0:0] -A INPUT -m mark --mark 0x1 -m unread ??? "policy match dir in pol ipsec" -j DROP',
    )
    expect(rule('TPROXY', 'mark match 0x1 TPROXY redirect 0.0.0.0:0 mark 0x200/0xffffffff')).toBe(
      '[0:0] -A INPUT -m mark --mark 0x1 -j TPROXY ??? "TPROXY redirect 0.0.0.0:0 mark 0x200/0xffffffff"',
    )
    expect(rule('LOG', 'time from 1:00 LOG flags 0 level 4')).toBe(
      '[0:0] -A INPUT -m unread ??? "time from 1:00 LOG flags 0 level 4" -j LOG ???',
    )
    expect(rule('LOG', '/* a */ LOG flags 0 level 4 prefix "b */"')).toBe(
      '[0:0] -A INPUT -m comment --comment a -j LOG --log-level 4 --log-prefix "b */"',
    )
    expect(rule('DROP', 'udp spts:!0:65535 mark match 0x1')).toBe(
      '[0:0] -A INPUT -m udp ??? "udp spts:!0:65535" -m mark --mark 0x1 -j DROP',
    )
    // a comment `a */ mark match 0x1 /* b`, or a mark between two comments?
    expect(rule('DROP', '/* a */ mark match 0x1 /* b */')).toBe(
      '[0:0] -A INPUT -m unread ??? "/* a */ mark match 0x1 /* b */" -j DROP',
    )
    expect(rule('DROP', '/* a */ /* b */')).toBe('[0:0] -A INPUT -m comment --comment a -m comment --comment b -j DROP')
  })

  it('is read as old releases print it', () => {
    const rule = (target: string, protocol: string, extras: string) =>
      inputRules(
        ` -2633M 3879G ${target}   ${protocol}  --  *      *       0.0.0.0/0            0.0.0.0/0           ${extras}`,
      )[0]!
    expect(rule('DROP', 'tcp', 'state NEW tcp dpt:22flags: 0x17/0x02 limit: avg 1/sec burst 5 ')).toBe(
      '[0:3879000000000] -A INPUT -p tcp -m state --state NEW -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -m limit --limit 1/sec --limit-burst 5 -j DROP',
    )
    expect(rule('DROP', 'tcp', 'tcp spts:1:9 dpts:!1:5flags:! 0x17/0x02')).toContain(
      ' -m tcp --sport 1:9 ! --dport 1:5 ! --tcp-flags FIN,SYN,RST,ACK SYN -j DROP',
    )
    expect(rule('DROP', 'tcp', 'tcpflags: 0x3F/0x00 mark match 0x1')).toContain(
      ' -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -m mark --mark 0x1 -j DROP',
    )
    expect(rule('TCPMSS', 'tcp', 'tcp flags:0x06/0x02 tcpmss match 1452:1536TCPMSS set 1452')).toContain(
      ' -m tcp --tcp-flags SYN,RST SYN -m tcpmss --mss 1452:1536 -j TCPMSS --set-mss 1452',
    )
    expect(rule('TCPMSS', 'tcp', 'tcpmss match !1400 TCPMSS clamp to PMTU')).toContain(
      ' -m tcpmss ! --mss 1400 -j TCPMSS --clamp-mss-to-pmtu',
    )
    expect(rule('LOG', 'all', "LOG flags 0 level 6 prefix `don't: ' ")).toContain(
      ` -j LOG --log-level 6 --log-prefix "don\\'t: "`,
    )
    expect(rule('LOG', 'all', 'LOG flags 0 level 6 prefix `')).toContain(' -j LOG ???')
  })

  it('is refused where it hides something', () => {
    const line = '    0     0 DROP       all  --  any    any     anywhere             10.0.0.1            '
    expect(refusal('iptables -L -v', '')).toMatch(/NOT_ENOUGH list:1: .*names instead of addresses.*-L -n -v/)
    expect(refusal('iptables -L -n', '')).toMatch(/NOT_ENOUGH .*for which devices.*-v is missing/)
    expect(refusal('iptables -L', '')).toMatch(/-n is missing, and so is -v/)
    expect(refusal('iptables -L -n -v', FILTER_HEADS([line]))).toMatch(/list:3: names stand for addresses/)
    expect(refusal('iptables -L -n -v', FILTER_HEADS([]).replaceAll(' pkts bytes', ''))).toMatch(/list:2: .*-v/)
    expect(refusal('iptables -t nat -L -n -v', FILTER_HEADS([]))).toMatch(/list:4: no heading of a chain of table nat/)
    expect(refusal('iptables -L -n -v', FILTER_HEADS([line.slice(0, 40)]))).toMatch(/list:3: no line of iptables -L/)
  })

  it('survives what is no list', () => {
    const spoilt = fc
      .tuple(tablesText, fc.nat(), fc.string({ unit: 'binary', maxLength: 6 }))
      .map(([text, at, junk]) => {
        const { tables } = restoreTables(text, NO_TABLES)
        const [name, list] = [...listed(tables, false, false)][0] ?? ['filter', '']
        const place = at % (list.length + 1)
        return [name, list.slice(0, place) + junk + list.slice(place + junk.length)] as const
      })
    fc.assert(
      fc.property(spoilt, ([name, text]) => {
        try {
          readIptables(['iptables', '-t', name, '-L', '-n', '-v'], text, {})
        } catch (error) {
          expect(error).toBeInstanceOf(KubehopError)
        }
      }),
      { numRuns: 200 },
    )
  })
})
