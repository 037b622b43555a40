import { describe, expect, it } from 'vitest'
import { type Device, Hook, markUnknown, type Unknowns, Verdict } from '../../../src/netfilter/index.ts'
import { parseIpv4 } from '../../../src/packet/address.ts'
import { buildTcp } from '../../../src/packet/build.ts'
import { walkOutcomes } from '../../../src/sim/index.ts'
import { ETH0, namespace, table } from '../support.ts'

const OUTPUT_DEVICE: Device = { ifindex: 9, name: 'output device' }
const ALL: Unknowns = { devices: true, isUnknown: () => true }
const UNREAD: Unknowns = { devices: true, isUnknown: ({ kind }) => kind === 'unsupported' }

/** What becomes of a packet in FORWARD of these rules, by what is supposed. */
function ways(lines: readonly string[], unknowns = ALL, sets: readonly string[] = [], socket = 0) {
  const { host, netfilter } = namespace()
  for (const name of sets) netfilter.sets.createUnknown(name)
  netfilter.setTable(markUnknown(table('filter', ...lines), unknowns), { keepUnsupported: true })
  const outcomes = walkOutcomes(host.sim, () => {
    const packet = buildTcp({
      src: parseIpv4('10.0.0.1'),
      dst: parseIpv4('10.0.0.2'),
      sport: 4000,
      dport: 80,
      flags: 2,
    })
    packet.socket = socket
    const verdict = netfilter.run(Hook.FORWARD, packet, ETH0, OUTPUT_DEVICE)
    return netfilter.depends ? 'depends' : verdict === Verdict.ACCEPT ? 'accept' : 'drop'
  })
  return outcomes.map(({ result, decisions }) => [
    ...decisions.map(({ question, taken }) => (taken ? question!.yes : question!.no)),
    result,
  ])
}

describe('rules of which not all is known', () => {
  it('ask whether an element is in a set of unknown members, once', () => {
    const rules = [
      '-A FORWARD -m set --match-set pods src -j ACCEPT',
      '-A FORWARD -m set ! --match-set pods src -j DROP',
    ]
    expect(ways([...rules, '-A FORWARD -j REJECT'], { ...ALL, isUnknown: () => false }, ['pods'])).toEqual([
      ['10.0.0.1 is in set pods', 'accept'],
      ['10.0.0.1 is not in set pods', 'drop'],
    ])
  })

  it('know what they have put into a set', () => {
    const rules = ['-A FORWARD -j SET --add-set seen src', '-A FORWARD -m set --match-set seen src -j DROP']
    expect(ways(rules, { ...ALL, isUnknown: () => false }, ['seen'])).toEqual([['drop']])
  })

  it('ask for the parts of an element that the rule names', () => {
    const rules = ['-A FORWARD -m set --match-set ends dst,dst,src -j DROP']
    expect(ways(rules, { ...ALL, isUnknown: () => false }, ['ends'])).toEqual([
      ['10.0.0.2,tcp:80,10.0.0.1 is in set ends', 'drop'],
      ['10.0.0.2,tcp:80,10.0.0.1 is not in set ends', 'accept'],
    ])
  })

  it('ask for the name of a device that nobody named, as far as it matters', () => {
    const rules = [
      '-A FORWARD -s 10.9.9.9/32 -o tun0 -j DROP',
      '-A FORWARD -o cali1 -j DROP',
      '-A FORWARD ! -o cali+ -j ACCEPT',
      '-A FORWARD -o eth1 -j DROP',
      '-A FORWARD -o cali2 -j DROP',
    ]
    expect(ways(rules)).toEqual([
      ['the output device is cali1', 'drop'],
      ['the output device is not cali1', 'the output device is one of cali+', 'the output device is cali2', 'drop'],
      [
        'the output device is not cali1',
        'the output device is one of cali+',
        'the output device is not cali2',
        'accept',
      ],
      ['the output device is not cali1', 'the output device is not one of cali+', 'accept'],
    ])
  })

  it('suppose both of a match that is not modelled, and end only at a target that is not', () => {
    expect(ways(['-A FORWARD -m time --weekdays Sat -j DROP'], UNREAD)).toEqual([
      ['-m time --weekdays Sat holds', 'drop'],
      ['-m time --weekdays Sat does not hold', 'accept'],
    ])
    expect(ways(['-A FORWARD -m time --weekdays Sat -j NFQUEUE --queue-num 1'], UNREAD)).toEqual([
      ['-m time --weekdays Sat holds', 'depends'],
      ['-m time --weekdays Sat does not hold', 'accept'],
    ])
    expect(ways(['-A FORWARD -p udp -m time --weekdays Sat -j DROP'], UNREAD)).toEqual([['accept']])
  })

  it('go on behind a target that only counts, logs or labels', () => {
    expect(ways(['-A FORWARD -p tcp -j TEE --gateway 10.0.0.9', '-A FORWARD -j DROP'], UNREAD)).toEqual([['drop']])
    // a log of which nobody printed how it logs
    expect(ways(['-A FORWARD -p tcp -j LOG ???', '-A FORWARD -j DROP'], UNREAD)).toEqual([['drop']])
  })

  it('that only count or log are passed over', () => {
    expect(ways(['-A FORWARD -m limit --limit 3/min -j LOG', '-A FORWARD -o eth1', '-A FORWARD -j DROP'])).toEqual([
      ['drop'],
    ])
  })

  it('ask for the state of matches that remember', () => {
    const rules = [
      '-A FORWARD -m limit --limit 3/min -j ACCEPT',
      '-A FORWARD -m recent --rcheck --name bad --mask 255.255.255.255 --rsource -j DROP',
    ]
    expect(ways(rules)).toEqual([
      ['there is something left for it of -m limit --limit 3/min', 'accept'],
      [
        'there is nothing left for it of -m limit --limit 3/min',
        '-m recent --rcheck --name bad --mask 255.255.255.255 --rsource holds for it',
        'drop',
      ],
      [
        'there is nothing left for it of -m limit --limit 3/min',
        '-m recent --rcheck --name bad --mask 255.255.255.255 --rsource does not hold for it',
        'accept',
      ],
    ])
  })

  it('give what is asked in both ways one answer', () => {
    const rules = [
      '-A FORWARD -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT',
      '-A FORWARD -m mac ! --mac-source 02:00:00:00:00:01 -m mac --mac-source 02:00:00:00:00:02 -j DROP',
    ]
    expect(ways(rules).map((way) => way.at(-1))).toEqual(['accept', 'drop', 'accept'])
  })

  it('ask for the owner of a socket, in ranges that fit together', () => {
    const { netfilter, host } = namespace()
    netfilter.setTable(
      markUnknown(
        table(
          'filter',
          '-A OUTPUT -m owner --uid-owner 1000-1999 -j DROP',
          '-A OUTPUT -m owner --uid-owner 1500 -j REJECT',
          '-A OUTPUT -m owner ! --uid-owner 0 -j ACCEPT',
          '-A OUTPUT -j DROP',
        ),
        ALL,
      ),
    )
    const send = (socket: number) =>
      walkOutcomes(host.sim, () => {
        const packet = buildTcp({
          src: parseIpv4('10.0.0.1'),
          dst: parseIpv4('10.0.0.2'),
          sport: 4000,
          dport: 80,
          flags: 2,
        })
        packet.socket = socket
        return netfilter.run(Hook.OUTPUT, packet, null, ETH0)
      }).map(({ result }) => result)
    expect(send(1)).toEqual([Verdict.DROP, Verdict.DROP, Verdict.ACCEPT])
    // what the kernel sends itself has no owner
    expect(send(-1)).toHaveLength(1)
  })

  it('are found by the index of a long chain, too', () => {
    const others = Array.from({ length: 30 }, (_, i) => `-A FORWARD -o eth${i} -p tcp -m tcp --dport 80 -j DROP`)
    const found = ways([...others, '-A FORWARD -j ACCEPT'], UNREAD)
    expect(found).toHaveLength(31)
    expect(found.at(-1)!.at(-1)).toBe('accept')
  })
})
