import { describe, expect, it } from 'vitest'
import { parseCommand } from '../../../src/netfilter/command/parse-command.ts'
import type { Rule } from '../../../src/netfilter/rule.ts'
import { splitWords } from '../../../src/netfilter/text/tokens.ts'

/** What iptables 1.8.9 says of these words; all of it was seen there. */
function said(line: string): string {
  try {
    return JSON.stringify(parseCommand(splitWords(line)).command)
  } catch (error) {
    return (error as Error).message.trim()
  }
}

describe('several addresses', () => {
  it('are inserted one after the other to the same place', () => {
    const { command } = parseCommand(splitWords('-I INPUT -s 1.1.1.1,2.2.2.2'))
    expect((command as unknown as { rules: Rule[] }).rules.map(({ ip }) => ip.src?.address)).toEqual([
      0x02020202, 0x01010101,
    ])
  })
})

describe('words are walked as getopt_long walks them', () => {
  it.each([
    ['-A INPUT -jACCEPT', '-A INPUT -j -jACCEPT'],
    ['-AINPUT -j ACCEPT', '-A INPUT -j ACCEPT'],
    ['-A INPUT -fj ACCEPT', '-A INPUT -f -j ACCEPT'],
    ['-A INPUT --jum ACCEPT', '-A INPUT -j ACCEPT'],
    ['-A INPUT -p tcp --dpor 80', '-A INPUT -p tcp -m tcp --dport 80'],
    ['-A INPUT -p 006 --sou 1.1.1.1', '-A INPUT -p tcp -s 1.1.1.1'],
    ['-A INPUT --', '-A INPUT'],
    ['-A INPUT -w -W 100000 -s 1.1.1.1, -d 2.2.2.2/0', '-A INPUT -s 1.1.1.1, -d 0/0'],
    ['-A INPUT -s nosuch.invalid/0', '-A INPUT -s 0/0'],
  ])('%s is %s', (line, same) => {
    expect(said(line)).toBe(said(same))
  })

  it.each([
    ['-A INPUT -ptcp', 'unknown protocol "-ptcp" specified'],
    ['-A INPUT --source=1.1.1.1', "host/network `--source=1.1.1.1' not found"],
    ['-A INPUT --s 1.1.1.1', 'unknown option "--s"'],
    ['-A INPUT --dport', 'unknown option "--dport"'],
    ['-A INPUT -p tcp --dport', 'option "--dport" requires an argument'],
    ['-A INPUT -p tcp --tcp-flags SYN -j ACCEPT', '--tcp-flags requires two args.'],
    ['-A INPUT -- foo', 'unknown arguments found on commandline'],
    ['-A INPUT -', "Bad argument `-'"],
    ['-A INPUT -bj ACCEPT', 'Unknown arg "(null)"'],
    ['-A INPUT ! -s 1.1.1.1 !', 'nothing appropriate following !'],
    ['! -A INPUT', "unexpected '!' flag"],
    ['-A INPUT -t nat ! -t filter', 'unexpected ! flag before --table'],
    ['-W 5 -L', '--wait-interval only makes sense with --wait'],
    ['-w x -L', 'wait seconds not numeric'],
    ['-D INPUT 2147483648', "Invalid rule number `2147483648'"],
    ['-L -S', 'Cannot use -S with -L'],
    ['-A OUTPUT -i +', "Can't use -i with OUTPUT"],
    [
      '-A INPUT -m multiport --dports 1 -p tcp',
      "multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'",
    ],
    ['-t nat -A PREROUTING -j DNAT --to :80 -p tcp', 'Need TCP, UDP, SCTP or DCCP with port specification'],
    ['-A INPUT -i ""', 'Empty interface is likely to be undesired'],
    ['-A INPUT -s 1.1.1.1,2.2.2.2 ! -d 3.3.3.3', '! not allowed with multiple source or destination IP addresses'],
  ])('%s: %s', (line, words) => {
    expect(said(line)).toContain(words)
  })

  it('lists and zeroes in one', () => {
    expect(parseCommand(splitWords('-Z -L INPUT'))).toMatchObject({
      list: { chain: 'INPUT' },
      zeroes: { kind: 'zero', chain: 'INPUT' },
    })
  })

  it('an option of what is not modelled is not taken for a shortened one', () => {
    const { command } = parseCommand(splitWords('-A INPUT -p tcp -m policy --dir in --pol ipsec -j ACCEPT'))
    expect(command).toMatchObject({ rules: [{ matches: [{ kind: 'unsupported', text: ' --dir in --pol ipsec' }] }] })
  })
})
