import { describe, expect, it } from 'vitest'
import { parseTables, RuleTextError, restoreTables, unsupportedPart } from '../../../src/netfilter/command/restore.ts'
import { NO_TABLES } from '../../../src/netfilter/command/tables.ts'
import { saveTables } from '../../../src/netfilter/text/save.ts'
import { KubehopError, UnsupportedError } from '../../../src/packet/errors.ts'
import { rule, tables } from '../support.ts'

const lines = (...text: string[]) => `${text.join('\n')}\n`
const errorsOf = (text: string) => restoreTables(text, NO_TABLES).errors.map((error) => error.message.trim())
const saved = (text: string) => saveTables(tables(text))

describe('iptables-restore', () => {
  it('reads sections, comments, blank lines, counters, and any order of tables', () => {
    const text = lines(
      '# comment',
      '*nat',
      '-A PREROUTING -j ACCEPT',
      'COMMIT',
      '',
      '*filter',
      ':INPUT DROP [5:6]',
      ':B - [0:0]',
      ':A',
      '[7:8] -A INPUT -j B',
      '\t -A B -j RETURN',
      'COMMIT  ',
    ).replace(':A\n', ':A - [0:0]\n')
    expect(saved(text)).toBe(
      lines(
        '*filter',
        ':INPUT DROP [0:0]',
        ':FORWARD ACCEPT [0:0]',
        ':OUTPUT ACCEPT [0:0]',
        ':A - [0:0]',
        ':B - [0:0]',
        '-A INPUT -j B',
        '-A B -j RETURN',
        'COMMIT',
        '*nat',
        ':PREROUTING ACCEPT [0:0]',
        ':INPUT ACCEPT [0:0]',
        ':OUTPUT ACCEPT [0:0]',
        ':POSTROUTING ACCEPT [0:0]',
        '-A PREROUTING -j ACCEPT',
        'COMMIT',
      ),
    )
    expect(restoreTables(text, NO_TABLES, { counters: true }).counters).toEqual([
      { table: 'filter', chain: 'INPUT', position: 0, packets: 5, bytes: 6 },
      { table: 'filter', chain: 'INPUT', position: 1, packets: 7, bytes: 8 },
    ])
    expect(saved(text.replaceAll('\n', '\r\n'))).toBe(saved(text))
  })

  it('runs every command that changes something', () => {
    expect(
      saved(
        lines(
          '*filter',
          '-N A',
          '-N B',
          '-A INPUT -j A',
          '-I INPUT 1 -j ACCEPT',
          '-R INPUT 2 -j DROP',
          '-D INPUT 1',
          '-P FORWARD DROP',
          '-E B C',
          '-X A',
          '-Z',
          '-6 -A INPUT -j ACCEPT',
          '-6 -I INPUT -j ACCEPT',
          '--append INPUT -j C',
          'COMMIT',
        ),
      ),
    ).toBe(
      lines(
        '*filter',
        ':INPUT ACCEPT [0:0]',
        ':FORWARD DROP [0:0]',
        ':OUTPUT ACCEPT [0:0]',
        ':C - [0:0]',
        '-A INPUT -j DROP',
        '-A INPUT -j C',
        'COMMIT',
      ),
    )
  })

  it('replaces tables, and leaves alone those that it does not name', () => {
    const before = tables(
      lines('*nat', '-A OUTPUT -j ACCEPT', 'COMMIT', '*filter', ':A - [0:0]', '-A INPUT -j A', 'COMMIT'),
    )
    const { tables: after } = restoreTables(lines('*filter', ':B - [0:0]', 'COMMIT'), before)
    expect([...after.get('filter')!.chains.keys()]).toEqual(['B'])
    expect(after.get('nat')).toBe(before.get('nat'))
    expect([...restoreTables(lines('*filter', 'COMMIT'), before).tables.keys()]).toEqual(['nat'])
  })

  it('--noflush adds; a chain that is named is emptied', () => {
    const before = tables(
      lines('*filter', ':A - [0:0]', ':B - [0:0]', '-A INPUT -j A', '-A A -j DROP', '-A B -j DROP', 'COMMIT'),
    )
    const text = lines(
      '*filter',
      ':INPUT - [0:0]',
      ':A - [0:0]',
      ':C ACCEPT [0:0]',
      '-A A -j C',
      '-I INPUT -j B',
      'COMMIT',
    )
    const { tables: after, committed } = restoreTables(text, before, { noflush: true })
    expect(committed).toEqual(['filter'])
    expect(saveTables(after)).toContain(
      lines(':A - [0:0]', ':B - [0:0]', ':C - [0:0]', '-A INPUT -j B', '-A INPUT -j A', '-A A -j C', '-A B -j DROP'),
    )
    expect(restoreTables(lines('*filter', 'COMMIT'), before, { noflush: true }).tables.get('filter')).toBe(
      before.get('filter'),
    )
    expect(restoreTables(lines('*raw', 'COMMIT'), before, { noflush: true }).tables.has('raw')).toBe(false)
  })

  it('-T picks one table', () => {
    const text = lines('*nat', '-A OUTPUT -j NOPE', 'COMMIT', '*filter', '-A INPUT -j ACCEPT', 'COMMIT')
    const { tables: after, errors } = restoreTables(text, NO_TABLES, { table: 'filter' })
    expect(errors).toEqual([])
    expect([...after.keys()]).toEqual(['filter'])
  })

  it('a section with a mistake changes nothing; the others stand', () => {
    const text = lines(
      '*nat',
      '-A OUTPUT -j ACCEPT',
      'COMMIT',
      '*filter',
      '-A INPUT -j ACCEPT',
      '-A INPUT -j NOPE',
      'COMMIT',
    )
    const { tables: after, errors, committed } = restoreTables(text, NO_TABLES, { file: 'rules' })
    expect([...after.keys()]).toEqual(['nat'])
    expect(committed).toEqual(['nat'])
    expect(errors.map((error) => error.message)).toEqual(["rules:6: Chain 'NOPE' does not exist"])
  })

  it('tells every mistake, each with its line', () => {
    expect(
      errorsOf(
        lines(
          '-A INPUT -j ACCEPT',
          '*filter',
          ':INPUT FOO [0:0]',
          ':',
          ':OUTPUT',
          ':ACCEPT - [0:0]',
          '-A INPUT --foo',
          '[1:2 -A INPUT',
          '*nat',
          '-t nat -A INPUT',
          'COMMIT',
          '*foo',
          '-A INPUT -j ACCEPT',
          'COMMIT',
          '*nat',
        ),
      ),
    ).toEqual([
      '1: line 1 failed',
      '3: line 3 failed: Bad policy name.',
      '4: line 4 chain name invalid',
      '5: line 5 policy invalid',
      '6: chain name may not clash with target name',
      '7: unknown option "--foo"',
      '8: Bad line 8: need ]',
      '9: line 9 failed',
      '10: The -t option cannot be used in iptables-nft-restore.',
      "12: iptables-nft-restore: line 12 table name 'foo' invalid",
      '16: COMMIT expected at line 16',
    ])
  })

  it('what the kernel sees only at COMMIT is told of the last rule', () => {
    const text = lines('*filter', ':A - [0:0]', '-A A -j A', '-A INPUT -j A', 'COMMIT')
    expect(errorsOf(text)).toEqual(['4:  RULE_APPEND failed (Too many links): rule in chain INPUT'])
  })

  it('with --counters those of a policy must be readable', () => {
    const text = lines('*filter', ':INPUT ACCEPT [x:0]', 'COMMIT')
    expect(restoreTables(text, NO_TABLES).errors).toEqual([])
    expect(restoreTables(text, NO_TABLES, { counters: true }).errors).toHaveLength(1)
    expect(
      restoreTables(lines('*filter', ':INPUT ACCEPT', 'COMMIT'), NO_TABLES, { counters: true }).errors,
    ).toHaveLength(1)
  })

  it('a text without end is refused before it is read', () => {
    expect(() => restoreTables({ length: 2 ** 29 } as never, NO_TABLES)).toThrow(KubehopError)
  })
})

describe('parseTables', () => {
  it('gives tables and counters', () => {
    const { tables: read, counters } = parseTables(
      lines('*filter', ':INPUT ACCEPT [1:2]', '[3:4] -A INPUT -j DROP', 'COMMIT'),
    )
    expect([...read.keys()]).toEqual(['filter'])
    expect(counters).toHaveLength(2)
  })

  it('throws one mistake as it is, several together', () => {
    expect(() => parseTables(lines('*filter', '-A INPUT -j A', 'COMMIT'), { file: 'dump' })).toThrow(
      "dump:2: Chain 'A' does not exist",
    )
    const two = lines('*filter', '-A INPUT -j A', '-A INPUT --foo', 'COMMIT')
    try {
      parseTables(two)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(RuleTextError)
      expect((error as RuleTextError).errors).toHaveLength(2)
      expect((error as RuleTextError).message).toBe('2: Chain \'A\' does not exist\n3: unknown option "--foo"')
    }
  })
})

describe('rules that are not modelled', () => {
  const text = lines(
    '*filter',
    '-A INPUT -p tcp -m u32 --u32 "0=0 && 4=1" ! --more x -m comment --comment kept -j ACCEPT',
    '-A INPUT -m string --string "a b" --algo bm --to 10 -j NFQUEUE --queue-num 5',
    '-A INPUT -p tcp -m tcp --dport 80 -j TEE --gateway 10.0.0.1',
    'COMMIT',
  )

  it('are refused by name, with their line', () => {
    const { errors } = restoreTables(text, NO_TABLES, { file: 'f' })
    expect(errors.every((error) => error instanceof UnsupportedError)).toBe(true)
    expect(errors.map((error) => error.message.replace(/ \(.*/, ''))).toEqual([
      'f:2: match u32 is not modelled',
      'f:3: match string is not modelled',
      'f:4: target TEE --gateway 10.0.0.1 is not modelled',
    ])
    const each = (line: string) =>
      restoreTables(lines('*filter', '-A INPUT -j ACCEPT', line, 'COMMIT'), NO_TABLES).errors
    expect(each('-I INPUT -m u32 --u32 0=0')).toHaveLength(1)
    expect(each('-R INPUT 1 -j TEE --gateway 1.1.1.1')).toHaveLength(1)
  })

  it('are kept as they were written, if asked', () => {
    const { tables: read, errors } = restoreTables(text, NO_TABLES, { keepUnsupported: true })
    expect(errors).toEqual([])
    expect(
      saveTables(read)
        .split('\n')
        .filter((line) => line.startsWith('-A')),
    ).toEqual([
      '-A INPUT -p tcp -m u32 --u32 "0=0 && 4=1" ! --more x -m comment --comment kept -j ACCEPT',
      '-A INPUT -m string --string "a b" --algo bm --to 10 -j NFQUEUE --queue-num 5',
      '-A INPUT -p tcp -m tcp --dport 80 -j TEE --gateway 10.0.0.1',
    ])
  })

  it('unsupportedPart names the first one', () => {
    expect(unsupportedPart(rule('-m u32 --u32 0=0 -j TEE --gateway 1.1.1.1'))).toBe('match u32')
    expect(unsupportedPart(rule('-j CT --helper ftp'))).toBe('target CT --helper ftp')
    expect(unsupportedPart(rule('-j ACCEPT'))).toBeNull()
    expect(unsupportedPart(rule('-p tcp'))).toBeNull()
  })
})

describe('what another machine printed', () => {
  const rules = (text: string): string[] => {
    const { tables: read, errors } = restoreTables(text, NO_TABLES, { keepUnsupported: true })
    expect(errors).toEqual([])
    return saveTables(read)
      .split('\n')
      .filter((line) => line.startsWith('-A'))
  }

  it('keeps matches and targets that nobody here has heard of', () => {
    const lines = ['-A INPUT -m ndpi --proto http -j X', '-A INPUT -p tcp -m geoip ! --src-cc DE,FR -j TARPIT --tarpit']
    expect(rules(`*filter\n:X - [0:0]\n${lines.join('\n')}\nCOMMIT\n`)).toEqual(lines)
  })

  it('takes what stands behind -j for a chain if there is one', () => {
    const { tables: read } = restoreTables('*filter\n:X - [0:0]\n-A INPUT -j X\n-A INPUT -j Y\nCOMMIT\n', NO_TABLES, {
      keepUnsupported: true,
    })
    expect(
      read
        .get('filter')!
        .chains.get('INPUT')!
        .rules.map(({ target }) => target!.kind),
    ).toEqual(['jump', 'unsupported'])
  })

  it('keeps a match and a target of which not all was told', () => {
    const line = '-A INPUT -p tcp -m tcp --dport 80 -m statistic ??? -m mark --mark 0x1 -j NFLOG ??? "and more"'
    expect(rules(`*filter\n${line}\nCOMMIT\n`)).toEqual([line])
  })

  it('which iptables-restore itself does not', () => {
    for (const rule of ['-m ndpi -j DROP', '-m statistic ??? -j DROP', '-j LOG ???', '-j TARPIT']) {
      expect(restoreTables(`*filter\n-A INPUT ${rule}\nCOMMIT\n`, NO_TABLES).errors, rule).toHaveLength(1)
    }
  })
})
