import { describe, expect, it } from 'vitest'
import { applyToTable } from '../../../src/netfilter/command/apply.ts'
import { parseCommand } from '../../../src/netfilter/command/parse-command.ts'
import { emptyTable, makeTable } from '../../../src/netfilter/command/tables.ts'
import type { Table, TableName } from '../../../src/netfilter/rule.ts'
import { IptablesError } from '../../../src/netfilter/text/errors.ts'
import { listRules, saveTable } from '../../../src/netfilter/text/save.ts'
import { splitWords } from '../../../src/netfilter/text/tokens.ts'
import { rule, table } from '../support.ts'

/** Runs iptables commands one after the other on tables of their own. */
function run(before: Table | null, ...lines: string[]): Table | null {
  return lines.reduce<Table | null>((at, line) => {
    const { command, table: name } = parseCommand(splitWords(line))
    return applyToTable(name, at, command!)
  }, before)
}

/** What iptables says to the last of these lines. */
function refused(...lines: string[]): string {
  const before = run(null, ...lines.slice(0, -1))
  try {
    run(before, lines.at(-1)!)
  } catch (error) {
    if (error instanceof IptablesError) return error.text.trim()
    throw error
  }
  return 'accepted'
}

const list = (at: Table | null, name: TableName = 'filter') => listRules(name, at)

describe('commands', () => {
  it('append, insert, replace and delete', () => {
    const at = run(
      null,
      '-A INPUT -s 10.0.0.1 -j ACCEPT',
      '-I INPUT -s 10.0.0.2 -j ACCEPT',
      '-I INPUT 2 -s 10.0.0.3 -j ACCEPT',
      '-I INPUT 4 -s 10.0.0.4 -j ACCEPT',
      '-R INPUT 1 -s 10.0.0.5 -j DROP',
      '-D INPUT 3',
      '-D INPUT -s 10.0.0.4 -j ACCEPT',
      '--append INPUT -s 10.0.0.6,10.0.0.7 -j DROP',
    )
    expect(list(at)).toBe(
      [
        '-P INPUT ACCEPT',
        '-P FORWARD ACCEPT',
        '-P OUTPUT ACCEPT',
        '-A INPUT -s 10.0.0.5/32 -j DROP',
        '-A INPUT -s 10.0.0.3/32 -j ACCEPT',
        '-A INPUT -s 10.0.0.6/32 -j DROP',
        '-A INPUT -s 10.0.0.7/32 -j DROP',
        '',
      ].join('\n'),
    )
    expect(run(at, '-C INPUT -s 10.0.0.3/32 -j ACCEPT')).toBe(at)
    expect(list(run(at, '-F INPUT'))).not.toContain('-A')
    expect(list(run(at, '-F'))).not.toContain('-A')
  })

  it('chains are made, renamed, deleted; jumps follow the name', () => {
    const at = run(null, '-N B', '-N A', '-A INPUT -j B', '-A A -j B', '-A FORWARD -g B', '-E B C')
    expect([...at!.chains.keys()]).toEqual(['INPUT', 'FORWARD', 'A', 'C'])
    expect(list(at)).toContain('-A INPUT -j C\n')
    expect(list(at)).toContain('-A FORWARD -g C\n')
    expect([...run(at, '-F', '-X A', '-X C')!.chains.keys()]).toEqual(['INPUT', 'FORWARD'])
  })

  it('base chains exist once a command names them, and -X takes the unused ones away', () => {
    const at = run(null, '-t nat -A PREROUTING -j ACCEPT')
    expect([...at!.chains.keys()]).toEqual(['PREROUTING'])
    expect(saveTable(at!)).toContain(':POSTROUTING ACCEPT [0:0]')
    expect([...run(null, '-N A', '-P INPUT DROP', '-F FORWARD', '-X')!.chains.keys()]).toEqual(['INPUT'])
    expect([...run(null, '-F FORWARD', '-X FORWARD')!.chains.keys()]).toEqual([])
    expect([...run(null, '-F', '-Z')!.chains.keys()]).toEqual([])
  })

  it('the untouched chains stay the same objects', () => {
    const at = run(null, '-N A', '-N B', '-A A -j DROP')!
    const next = run(at, '-A B -j ACCEPT')!
    expect(next.chains.get('A')).toBe(at.chains.get('A'))
    expect(next.chains.get('B')).not.toBe(at.chains.get('B'))
    expect(run(next, '-P INPUT ACCEPT', '-P INPUT ACCEPT')!.chains.get('A')).toBe(at.chains.get('A'))
    expect(list(at)).not.toContain('-A B')
  })

  it.each([
    [['-A NOPE -j ACCEPT'], 'No chain/target/match by that name.'],
    [['-A INPUT -j NOPE'], "Chain 'NOPE' does not exist"],
    [['-A INPUT -g NOPE'], "Chain 'NOPE' does not exist"],
    [['-A INPUT -j OUTPUT'], 'RULE_APPEND failed (Operation not supported): rule in chain OUTPUT'],
    [['-N A', '-N A'], 'Chain already exists.'],
    [['-N ACCEPT'], 'chain name may not clash with target name'],
    [['-N TEE'], 'chain name may not clash with target name'],
    [
      ['-N abcdefghijklmnopqrstuvwxyz123'],
      "chain name `abcdefghijklmnopqrstuvwxyz123' too long (must be under 29 chars)",
    ],
    [['-N !A'], "chain name not allowed to start with `!'"],
    [['-X NOPE'], 'No chain/target/match by that name.'],
    [['-N A', '-A INPUT -j A', '-X A'], 'CHAIN_DEL failed (Device or resource busy): chain A'],
    [['-N A', '-A A -j DROP', '-X A'], 'CHAIN_DEL failed (Device or resource busy): chain A'],
    [['-N A', '-A A -j DROP', '-X'], 'CHAIN_DEL failed (Device or resource busy): chain A'],
    [['-N A', '-A INPUT -j A', '-X'], 'CHAIN_DEL failed (Device or resource busy): chain A'],
    [['-F NOPE'], 'No chain/target/match by that name.'],
    [['-Z NOPE'], 'No chain/target/match by that name.'],
    [['-Z INPUT 9'], 'Bad rule (does a matching rule exist in that chain?).'],
    [['-P NOPE DROP'], 'Bad built-in chain name.'],
    [['-N A', '-P A DROP'], 'Bad built-in chain name.'],
    [['-P INPUT REJECT'], 'Bad policy name.'],
    [['-E NOPE A'], 'No chain/target/match by that name.'],
    [['-E INPUT A'], 'No chain/target/match by that name.'],
    [['-N A', '-E A INPUT'], 'File exists.'],
    [['-N A', '-N B', '-E A B'], 'File exists.'],
    [['-D INPUT 5'], 'No chain/target/match by that name.'],
    [['-D INPUT -j DROP'], 'Bad rule (does a matching rule exist in that chain?).'],
    [['-D INPUT -j NOPE'], "Chain 'NOPE' does not exist"],
    [['-D INPUT 0'], "Invalid rule number `0'"],
    [['-D INPUT -j DROP -c 1 2'], "Illegal option `-c' with this command"],
    [['-I INPUT 5 -j DROP'], 'Index of insertion too big.'],
    [['-R INPUT 1 -j DROP'], 'No chain/target/match by that name.'],
    [['-R INPUT -j DROP'], '-R requires a rule number'],
    [['-R INPUT 1 -s 1.1.1.1,1.1.1.2'], 'Replacement rule does not specify a unique address'],
    [['-C INPUT -j DROP'], 'Bad rule (does a matching rule exist in that chain?).'],
    [['-A INPUT -o eth0'], "Can't use -o with INPUT"],
    [['-t nat -A POSTROUTING -i eth0'], "Can't use -i with POSTROUTING"],
    [['-A PREROUTING -j ACCEPT'], 'No chain/target/match by that name.'],
    [['-A INPUT -j MASQUERADE'], 'RULE_APPEND failed (Invalid argument): rule in chain INPUT'],
    [['-I OUTPUT -m mac --mac-source 0:0:0:0:0:1'], 'RULE_INSERT failed (Invalid argument): rule in chain OUTPUT'],
    [
      ['-A OUTPUT -j DROP', '-R OUTPUT 1 -p udp -j REJECT --reject-with tcp-reset'],
      'RULE_REPLACE failed (Invalid argument): rule in chain OUTPUT',
    ],
    [
      ['-t nat -A OUTPUT -j DROP'],
      'The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.',
    ],
    [['-N A', '-A A -j A', '-A INPUT -j A'], 'RULE_APPEND failed (Too many links): rule in chain INPUT'],
    [
      ['-N A', '-N B', '-A A -j B', '-A B -g A', '-A INPUT -j A'],
      'RULE_APPEND failed (Too many links): rule in chain INPUT',
    ],
    [
      ['-N A', '-A A -m mac --mac-source 0:0:0:0:0:1', '-A OUTPUT -j A'],
      'RULE_APPEND failed (Invalid argument): rule in chain OUTPUT',
    ],
    [['-t foo -L'], "table 'foo' does not exist\nPerhaps iptables or your kernel needs to be upgraded."],
    [['-A INPUT ! -p udp -m udp'], 'RULE_APPEND failed (Invalid argument): rule in chain INPUT'],
    [['-A INPUT ! -p tcp -m tcp --tcp-option 5'], 'RULE_APPEND failed (Invalid argument): rule in chain INPUT'],
    [['-n'], 'no command specified'],
    [['-A'], 'option "-A" requires an argument'],
    [['-P INPUT'], '-P requires a chain and a policy'],
    [['-E A'], '-E requires old-chain-name and new-chain-name'],
    [['-A INPUT -D INPUT'], 'Cannot use -D with -A'],
    [['-P INPUT ACCEPT 5 6'], "Bad argument `5'"],
    [['-F INPUT -j DROP'], "Illegal option `-j' with this command"],
  ])('%j is refused', (lines, text) => {
    expect(refused(...lines)).toBe(text)
  })

  it("a circle that no base chain leads to is nobody's business", () => {
    expect(refused('-N A', '-N B', '-A A -j B', '-A B -j A')).toBe('accepted')
  })

  it('fifteen chains deep is allowed, sixteen are not', () => {
    const deep = (n: number) => [
      ...Array.from({ length: n }, (_, i) => `-N C${i}`),
      ...Array.from({ length: n - 1 }, (_, i) => `-A C${i} -j C${i + 1}`),
      '-A INPUT -j C0',
    ]
    expect(refused(...deep(15))).toBe('accepted')
    expect(refused(...deep(16))).toBe('RULE_APPEND failed (Too many links): rule in chain INPUT')
    expect(refused(...deep(40))).toBe('RULE_APPEND failed (Too many links): rule in chain INPUT')
  })

  it('ends with the status of its kind', () => {
    const status = (line: string) => {
      try {
        run(null, line)
      } catch (error) {
        return (error as IptablesError).status
      }
      return 0
    }
    expect(status('-A INPUT --foo')).toBe(2)
    expect(status('-A INPUT foo')).toBe(2)
    expect(status('-A NOPE')).toBe(1)
    expect(status('-A INPUT -j MASQUERADE')).toBe(4)
    expect(status('-t foo -L')).toBe(3)
  })
})

describe('lists and flags', () => {
  it('reads what is to be listed', () => {
    expect(parseCommand(splitWords('-t nat -nvL PREROUTING 2 -x --line-numbers -w 5'))).toMatchObject({
      table: 'nat',
      command: null,
      list: {
        style: 'table',
        chain: 'PREROUTING',
        position: 2,
        numeric: true,
        verbose: true,
        exact: true,
        lineNumbers: true,
      },
    })
    expect(parseCommand(splitWords('-S')).list).toMatchObject({
      style: 'rules',
      chain: null,
      position: null,
      numeric: false,
    })
    expect(parseCommand(splitWords('-nL -w')).list).toMatchObject({ style: 'table', numeric: true })
    // what is glued to -L is the name of a chain
    expect(parseCommand(splitWords('-Ln')).list).toMatchObject({ chain: 'n', numeric: false })
    expect(parseCommand(splitWords('-nv --list')).list).toMatchObject({ style: 'table', numeric: true, verbose: true })
  })

  it('takes free text for text', () => {
    const { command } = parseCommand(splitWords('-A INPUT -m comment --comment -t -j LOG --log-prefix -n'))
    expect(command).toMatchObject({ kind: 'append', chain: 'INPUT' })
  })

  it('knows the other family', () => {
    expect(parseCommand(splitWords('-6 -A INPUT')).otherFamily).toBe(true)
    expect(parseCommand(splitWords('-4 -A INPUT')).otherFamily).toBe(false)
  })

  it('prints one chain, one rule, and tables that do not exist', () => {
    const at = table('filter', ':INPUT DROP [0:0]', ':A - [0:0]', '-A INPUT -j A', '-A INPUT -j ACCEPT', '-A A -j DROP')
    expect(listRules('filter', at, 'INPUT')).toBe('-P INPUT DROP\n-A INPUT -j A\n-A INPUT -j ACCEPT\n')
    expect(listRules('filter', at, 'INPUT', 2)).toBe('-A INPUT -j ACCEPT\n')
    expect(listRules('filter', at, 'A')).toBe('-N A\n-A A -j DROP\n')
    expect(listRules('filter', at, 'NOPE')).toBe('')
    expect(listRules('raw', null)).toBe('-P PREROUTING ACCEPT\n-P OUTPUT ACCEPT\n')
    expect(listRules('raw', null, 'OUTPUT')).toBe('-P OUTPUT ACCEPT\n')
  })
})

describe('makeTable', () => {
  it('puts chains into the order of iptables-save', () => {
    const made = makeTable('nat', [
      { name: 'b', rules: [] },
      { name: 'POSTROUTING', rules: [rule('-j ACCEPT')], policy: 'DROP' },
      { name: 'B', rules: [] },
      { name: 'PREROUTING', rules: [] },
    ])
    expect([...made.chains.values()].map(({ name, policy }) => `${name} ${policy}`)).toEqual([
      'PREROUTING ACCEPT',
      'POSTROUTING DROP',
      'B null',
      'b null',
    ])
    expect([...emptyTable('raw').chains.keys()]).toEqual(['PREROUTING', 'OUTPUT'])
  })
})
