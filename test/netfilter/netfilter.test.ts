import { describe, expect, it } from 'vitest'
import { RuleTextError } from '../../src/netfilter/command/restore.ts'
import { makeTable } from '../../src/netfilter/command/tables.ts'
import type { DependsEvent, HookDropEvent, PolicyEvent, RuleEvent } from '../../src/netfilter/events.ts'
import { HOOK_NAMES, Hook, Priority, Verdict } from '../../src/netfilter/hook.ts'
import { Netfilter } from '../../src/netfilter/netfilter.ts'
import { UnsupportedError } from '../../src/packet/errors.ts'
import { CtInfo, type Packet } from '../../src/packet/packet.ts'
import { FakeNetfilterHost } from '../support/fake-netfilter-host.ts'
import { ip, tcp, udp } from './conntrack/packets.ts'
import { CNI0, ETH0, namespace, rule, table } from './support.ts'

const SYN = () => tcp('10.0.0.1:40000', '10.0.0.2:80', 'S')
const entries = (netfilter: Netfilter) =>
  Object.fromEntries(
    HOOK_NAMES.map((name, hook) => [
      name,
      netfilter
        .hookEntries(hook as Hook)
        .map((entry) => `${entry.name} ${entry.priority}`)
        .join(', '),
    ]),
  )
const LAST = Priority.CONNTRACK_CONFIRM

describe('the parts of the hooks', () => {
  it('are not there until somebody wants them', () => {
    const { netfilter } = namespace()
    expect(entries(netfilter)).toEqual({ PREROUTING: '', INPUT: '', FORWARD: '', OUTPUT: '', POSTROUTING: '' })
    expect(netfilter.hasHook(Hook.INPUT)).toBe(false)
    expect(netfilter.run(Hook.INPUT, SYN(), ETH0, null)).toBe(Verdict.ACCEPT)
    netfilter.apply('filter', { kind: 'append', chain: 'INPUT', rules: [rule('-j ACCEPT')] })
    expect(entries(netfilter)).toEqual({ PREROUTING: '', INPUT: 'filter 0', FORWARD: '', OUTPUT: '', POSTROUTING: '' })
    expect(netfilter.hasHook(Hook.INPUT)).toBe(true)
    netfilter.apply('filter', { kind: 'flush' })
    expect(netfilter.hasHook(Hook.INPUT)).toBe(true)
    netfilter.apply('filter', { kind: 'delete-chain' })
    expect(netfilter.hasHook(Hook.INPUT)).toBe(false)
  })

  it('stand in the order of their priorities', () => {
    const { netfilter } = namespace()
    netfilter.setTables([
      table('security', ':INPUT ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]'),
      table('filter', ':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', '-A INPUT -m state --state NEW'),
      table('nat', ':PREROUTING ACCEPT [0:0]'),
      table('mangle', ':OUTPUT ACCEPT [0:0]', ':PREROUTING ACCEPT [0:0]'),
      table('raw', ':OUTPUT ACCEPT [0:0]'),
    ])
    expect(entries(netfilter)).toEqual({
      PREROUTING: 'defrag -400, conntrack -200, mangle -150, nat -100',
      INPUT: `filter 0, nat 100, security 150, confirm ${LAST}`,
      FORWARD: 'filter 0',
      OUTPUT: 'defrag -400, raw -300, conntrack -200, mangle -150, nat -100, security 150',
      POSTROUTING: `nat 100, confirm ${LAST}`,
    })
    const legacy = new Netfilter(new FakeNetfilterHost(), { backend: 'legacy' })
    legacy.setTable(table('security', ':INPUT ACCEPT [0:0]'))
    expect(entries(legacy).INPUT).toBe('security 50')
  })

  it('conntrack is there only while a rule or somebody else needs it', () => {
    const { netfilter } = namespace()
    const active = () => netfilter.conntrack.active
    netfilter.restore('*nat\n-A PREROUTING -j ACCEPT\nCOMMIT\n')
    expect(active()).toBe(false)
    netfilter.restore('*raw\n-A PREROUTING -j NOTRACK\n-A PREROUTING -j CT --notrack\nCOMMIT\n')
    expect(active()).toBe(false)
    // in any chain, be it reached or not
    netfilter.restore('*nat\n:A - [0:0]\n-A A -j MASQUERADE\nCOMMIT\n')
    expect(active()).toBe(true)
    netfilter.restore('*nat\nCOMMIT\n')
    expect(active()).toBe(false)
    const release = netfilter.useConntrack()
    expect(active()).toBe(true)
    release()
    release()
    expect(active()).toBe(false)
    netfilter.setTables([table('raw', '-A PREROUTING -j CT --zone 5')])
    expect(active()).toBe(true)
  })

  it('somebody else can register', () => {
    const { netfilter } = namespace()
    const order: string[] = []
    netfilter.setTable(table('filter', '-A FORWARD -j MARK --set-mark 1'))
    const remove = netfilter.register(Hook.FORWARD, -1, (packet) => {
      order.push(`before ${packet.mark}`)
      return Verdict.ACCEPT
    })
    netfilter.register(
      Hook.FORWARD,
      1,
      (packet) => {
        order.push(`after ${packet.mark}`)
        return Verdict.STOLEN
      },
      'thief',
    )
    expect(netfilter.run(Hook.FORWARD, SYN(), ETH0, CNI0)).toBe(Verdict.STOLEN)
    expect(order).toEqual(['before 0', 'after 1'])
    remove()
    remove()
    expect(entries(netfilter).FORWARD).toBe('filter 0, thief 1')
  })
})

describe('OUTPUT', () => {
  const send = (netfilter: Netfilter, packet = SYN()) => netfilter.run(Hook.OUTPUT, packet, null, ETH0)

  it('what mangle changes is routed again', () => {
    for (const [text, rerouted] of [
      ['-j MARK --set-mark 1', true],
      ['-j TOS --set-tos 4', true],
      ['-j TTL --ttl-set 4', false],
      ['-j MARK --set-mark 0', false],
      ['-j DROP', false],
    ] as const) {
      const { host, netfilter } = namespace()
      netfilter.setTable(table('mangle', `-A OUTPUT ${text}`))
      expect(send(netfilter)).toBe(text === '-j DROP' ? Verdict.DROP : Verdict.ACCEPT)
      expect(host.rerouted).toHaveLength(rerouted ? 1 : 0)
      host.routable = false
      expect(send(netfilter)).toBe(rerouted || text === '-j DROP' ? Verdict.DROP : Verdict.ACCEPT)
    }
  })

  it('what is translated is routed again', () => {
    const { host, netfilter } = namespace()
    netfilter.setTable(
      table(
        'nat',
        '-A OUTPUT -d 10.0.0.2 -j DNAT --to-destination 10.0.0.3',
        '-A OUTPUT -d 10.0.0.9 -j DNAT --to-destination 10.0.0.9',
      ),
    )
    expect(send(netfilter)).toBe(Verdict.ACCEPT)
    expect(host.rerouted).toHaveLength(1)
    expect(send(netfilter, udp('10.0.0.1:1', '10.0.0.8:1'))).toBe(Verdict.ACCEPT)
    expect(host.rerouted).toHaveLength(1)
    host.routable = false
    expect(send(netfilter, tcp('10.0.0.1:5', '10.0.0.2:80', 'S'))).toBe(Verdict.DROP)
  })
})

describe('nat', () => {
  it('is asked for the first packet of a connection alone, and its policy counts', () => {
    const { netfilter } = namespace()
    netfilter.setTable(
      table('nat', '-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.9', '-A POSTROUTING -j ACCEPT'),
    )
    for (let i = 0; i < 3; i++) {
      const packet = SYN()
      netfilter.run(Hook.PREROUTING, packet, ETH0, null)
      netfilter.run(Hook.FORWARD, packet, ETH0, CNI0)
      netfilter.run(Hook.POSTROUTING, packet, ETH0, CNI0)
      expect(packet.ip!.dst & 255).toBe(9)
    }
    expect(netfilter.counters('nat')('PREROUTING', 1).packets).toBe(1)
    expect(netfilter.counters('nat')('POSTROUTING', 1).packets).toBe(1)
  })

  it('without a rule that needs connections its chains are never asked', () => {
    const { netfilter } = namespace()
    netfilter.setTable(table('nat', '-A PREROUTING -j ACCEPT'))
    netfilter.run(Hook.PREROUTING, SYN(), ETH0, null)
    expect(netfilter.counters('nat')('PREROUTING', 1).packets).toBe(0)
  })
})

describe('fragments', () => {
  const fragment = () => {
    const packet = ip('10.0.0.1', '10.0.0.2', 17, null, 100)
    packet.ip!.mf = true
    return packet
  }
  const whole = () => {
    const packet = udp('10.0.0.1:1', '10.0.0.2:2')
    packet.mark = 77
    return packet
  }

  it('are kept until the packet is complete; the last one becomes it', () => {
    const { host, netfilter } = namespace()
    netfilter.useConntrack()
    const users: string[] = []
    let complete: Packet | null = null
    host.defragment = (_packet: Packet, user?: string) => {
      users.push(user!)
      return complete
    }
    const first = fragment()
    expect(netfilter.run(Hook.PREROUTING, first, ETH0, null)).toBe(Verdict.STOLEN)
    complete = whole()
    expect(netfilter.run(Hook.OUTPUT, first, null, ETH0)).toBe(Verdict.ACCEPT)
    expect(users).toEqual(['conntrack-in', 'conntrack-out'])
    expect(first.mark).toBe(77)
    expect(first.l4?.kind).toBe('udp')
  })

  it('of untracked and of seen packets pass', () => {
    const { host, netfilter } = namespace()
    netfilter.useConntrack()
    host.defragment = () => null
    const untracked = fragment()
    untracked.ctInfo = CtInfo.UNTRACKED
    expect(netfilter.run(Hook.PREROUTING, untracked, ETH0, null)).toBe(Verdict.ACCEPT)
    const seen = fragment()
    seen.ct = { zone: 0, status: 0 } as never
    expect(netfilter.run(Hook.PREROUTING, seen, ETH0, null)).toBe(Verdict.ACCEPT)
    const later = fragment()
    later.ip!.mf = false
    later.ip!.fragmentOffset = 8
    expect(netfilter.run(Hook.PREROUTING, later, ETH0, null)).toBe(Verdict.STOLEN)
  })
})

describe('tables', () => {
  it('rules of a rewritten chain count anew, also those that were there before', () => {
    const { netfilter } = namespace()
    const made = table(
      'filter',
      ':FORWARD ACCEPT [0:0]',
      ':A - [0:0]',
      '-A FORWARD -j A',
      '-A A -m limit --limit 1/hour --limit-burst 1',
    )
    netfilter.setTable(made)
    const counts = () => ['FORWARD', 'A'].map((chain) => netfilter.counters('filter')(chain, 1).packets)
    for (let i = 0; i < 2; i++) netfilter.run(Hook.FORWARD, SYN(), CNI0, ETH0)
    expect(counts()).toEqual([2, 1])
    netfilter.setTables([made], { trusted: true, rewritten: { filter: ['A'] } })
    expect(counts()).toEqual([2, 0])
    // what a match has for itself is new, too
    netfilter.run(Hook.FORWARD, SYN(), CNI0, ETH0)
    expect(counts()).toEqual([3, 1])
  })

  it('a list of recent is gone with the last rule that names it', () => {
    const { netfilter } = namespace()
    const [set, check] = ['--set', '--rcheck'].map((action) => `-A FORWARD -m recent --name x ${action}`)
    const load = (...lines: (string | undefined)[]) =>
      netfilter.setTable(table('filter', ':FORWARD ACCEPT [0:0]', ...lines.map((line) => line ?? '')))
    load(set)
    netfilter.run(Hook.FORWARD, SYN(), CNI0, ETH0)
    load(check)
    expect(netfilter.sharedState('recent x')).toBeDefined()
    load()
    expect(netfilter.sharedState('recent x')).toBeUndefined()
  })

  it('counters follow the rules that stay', () => {
    const { netfilter } = namespace()
    netfilter.setTable(table('filter', ':A - [0:0]', '-A FORWARD -j A', '-A A -s 10.0.0.9 -j DROP', '-A A -p tcp'))
    const send = () => netfilter.run(Hook.FORWARD, SYN(), ETH0, CNI0)
    send()
    netfilter.apply('filter', { kind: 'insert', chain: 'A', position: 1, rules: [rule('-p udp'), rule('-p tcp')] })
    send()
    const lines = (counters = netfilter.save({ counters: true })) =>
      counters.split('\n').filter((line) => /-A |:FORWARD/.test(line))
    expect(lines()).toEqual([
      ':FORWARD ACCEPT [2:80]',
      '[2:80] -A FORWARD -j A',
      '[0:0] -A A -p udp',
      '[1:40] -A A -p tcp',
      '[0:0] -A A -s 10.0.0.9/32 -j DROP',
      '[2:80] -A A -p tcp',
    ])
    netfilter.apply('filter', { kind: 'delete-at', chain: 'A', position: 1 })
    netfilter.apply('filter', {
      kind: 'replace',
      chain: 'A',
      position: 1,
      rule: rule('-p tcp'),
      counters: { packets: 7, bytes: 8 },
    })
    netfilter.apply('filter', {
      kind: 'append',
      chain: 'A',
      rules: [rule('-s 1.1.1.1'), rule('-s 2.2.2.2')],
      counters: { packets: 5, bytes: 6 },
    })
    netfilter.apply('filter', {
      kind: 'insert',
      chain: 'A',
      position: 1,
      rules: [rule('-s 3.3.3.3')],
      counters: { packets: 1, bytes: 2 },
    })
    expect(lines().slice(2)).toEqual([
      '[1:2] -A A -s 3.3.3.3/32',
      '[7:8] -A A -p tcp',
      '[0:0] -A A -s 10.0.0.9/32 -j DROP',
      '[2:80] -A A -p tcp',
      '[5:6] -A A -s 1.1.1.1/32',
      '[5:6] -A A -s 2.2.2.2/32',
    ])
    netfilter.apply('filter', { kind: 'zero', chain: 'A', position: 4 })
    expect(netfilter.counters('filter')('A', 4).packets).toBe(0)
    netfilter.apply('filter', { kind: 'policy', chain: 'FORWARD', policy: 'DROP' })
    expect(netfilter.counters('filter')('FORWARD', 0).packets).toBe(0)
    netfilter.apply('filter', { kind: 'zero', chain: 'A' })
    expect(netfilter.counters('filter')('A', 1).packets).toBe(0)
    expect(netfilter.counters('filter')('FORWARD', 1).packets).toBe(2)
    netfilter.apply('filter', { kind: 'zero' })
    expect(netfilter.counters('filter')('FORWARD', 1).packets).toBe(0)
    expect(netfilter.counters('nat')('PREROUTING', 1)).toEqual({ packets: 0, bytes: 0 })
    expect(netfilter.counters('filter')('NOPE', 1)).toEqual({ packets: 0, bytes: 0 })
    netfilter.apply('filter', { kind: 'flush', chain: 'A' })
    netfilter.apply('nat', { kind: 'zero' })
    expect(netfilter.table('nat')).toBeUndefined()
  })

  it('are saved and restored with their counters', () => {
    const { netfilter } = namespace()
    const text =
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [3:4]\n:OUTPUT ACCEPT [0:0]\n:A - [0:0]\n[5:6] -A FORWARD -j A\nCOMMIT\n'
    expect(netfilter.restore(text, { counters: true }).errors).toEqual([])
    expect(netfilter.save({ counters: true })).toBe(text)
    expect(netfilter.save({ table: 'nat' })).toBe('')
    expect(netfilter.save({ table: 'filter' })).toBe(text.replace('[5:6] ', ''))
    // without -c everything begins anew
    netfilter.restore(text)
    expect(netfilter.save({ counters: true })).toBe(text.replace('[3:4]', '[0:0]').replace('[5:6]', '[0:0]'))
    netfilter.restore(text, { counters: true })
    netfilter.restore('*filter\n:FORWARD DROP [9:9]\n-A FORWARD -j A\nCOMMIT\n', { noflush: true })
    expect(netfilter.counters('filter')('FORWARD', 0).packets).toBe(0)
    expect(netfilter.counters('filter')('FORWARD', 1).packets).toBe(5)
    expect(netfilter.restore('nonsense\n').errors).toHaveLength(1)
    expect(
      netfilter.restore('*filter\n:INPUT ACCEPT [1:1]\nCOMMIT\n*filter\nCOMMIT\n', { counters: true }).tables.size,
    ).toBe(0)
  })

  it('loads all or nothing, and throws what is wrong with its line', () => {
    const { netfilter } = namespace()
    const good = '*filter\n:INPUT DROP [1:2]\nCOMMIT\n'
    netfilter.load(good)
    const before = netfilter.save({ counters: true })
    expect(before).toContain(':INPUT DROP [1:2]')
    const bad = (rule: string) => () => netfilter.load(`*nat\nCOMMIT\n*filter\n${rule}\nCOMMIT\n`, { file: 'r.txt' })
    expect(bad('-A INPUT -j NOPE')).toThrow(/r\.txt:/)
    expect(bad('-A INPUT -j REJECT --reject-with nope')).toThrow('r.txt:4')
    expect(bad('-A INPUT -m u32 --u32 0=0')).toThrow(UnsupportedError)
    expect(bad('garbage\n-A INPUT -p nope')).toThrow(RuleTextError)
    expect(netfilter.save({ counters: true })).toBe(before)
    expect(netfilter.table('nat')).toBeUndefined()
    netfilter.load('*filter\n-A INPUT -m u32 --u32 0=0\nCOMMIT\n', { keepUnsupported: true })
    expect(netfilter.save()).toContain('u32')
  })

  it('what the kernel would refuse changes nothing', () => {
    const { netfilter } = namespace()
    netfilter.setTable(table('filter', '-A INPUT -j ACCEPT'))
    const before = netfilter.tables
    const bad = (chain: string, ...texts: string[]) => makeTable('filter', [{ name: chain, rules: texts.map(rule) }])
    expect(() => netfilter.setTable(bad('INPUT', '-j NOPE'))).toThrow("Chain 'NOPE' does not exist")
    expect(() => netfilter.setTable(bad('INPUT', '-j MASQUERADE'))).toThrow('Invalid argument')
    expect(() => netfilter.setTables([bad('INPUT', '-m u32 --u32 0=0')])).toThrow('match u32 is not modelled')
    expect(() =>
      netfilter.apply('filter', { kind: 'append', chain: 'INPUT', rules: [rule('-j TEE --gateway 1.1.1.1')] }),
    ).toThrow('target TEE')
    expect(() =>
      netfilter.apply('filter', { kind: 'replace', chain: 'INPUT', position: 1, rule: rule('-m u32 --u32 0=0') }),
    ).toThrow('u32')
    expect(() => netfilter.apply('filter', { kind: 'append', chain: 'NOPE', rules: [] })).toThrow('No chain')
    expect(() =>
      netfilter.setTable(
        {
          name: 'filter',
          chains: new Map([
            ['INPUT', { name: 'INPUT', policy: 'ACCEPT', rules: [{ ip: {}, matches: [{ kind: 'x' }], target: null }] }],
          ]),
        },
        { trusted: true },
      ),
    ).not.toThrow()
    expect(() => netfilter.run(Hook.INPUT, SYN(), ETH0, null)).toThrow('match x is not modelled')
    netfilter.setTables(before.values(), { trusted: true })
    expect(netfilter.save()).toContain('-A INPUT -j ACCEPT')
  })

  it('a rule of an unknown target, and a jump to nowhere, are bugs of who vouched for them', () => {
    const { netfilter } = namespace()
    const load = (target: { kind: string; chain?: string }) =>
      netfilter.setTable(makeTable('filter', [{ name: 'INPUT', rules: [{ ip: {}, matches: [], target }] }]), {
        trusted: true,
      })
    load({ kind: 'X' })
    expect(() => netfilter.run(Hook.INPUT, SYN(), ETH0, null)).toThrow('target X is not modelled')
    load({ kind: 'jump', chain: 'A' })
    expect(() => netfilter.run(Hook.INPUT, SYN(), ETH0, null)).toThrow('INPUT leads to A, which does not exist')
  })

  it('are prepared once for all namespaces', () => {
    const shared = table('filter', '-A FORWARD -p tcp -j DROP')
    const [a, b] = [namespace().netfilter, namespace().netfilter]
    a.setTable(shared)
    b.setTable(shared)
    a.run(Hook.FORWARD, SYN(), ETH0, CNI0)
    expect(a.counters('filter')('FORWARD', 1).packets).toBe(1)
    expect(b.counters('filter')('FORWARD', 1).packets).toBe(0)
  })
})

describe('events', () => {
  it('tell the way: the table, the rules with their verdicts, the policy, the drop', () => {
    const { host, netfilter } = namespace()
    netfilter.setTable(
      table(
        'filter',
        ':FORWARD DROP [0:0]',
        ':A - [0:0]',
        ':B - [0:0]',
        '-A FORWARD -j A',
        '-A FORWARD -p udp',
        '-A FORWARD -g B',
        '-A FORWARD -j ACCEPT',
        '-A A -j MARK --set-mark 5',
        '-A A -p tcp -j RETURN',
        '-A A -j DROP',
        '-A B -p tcp',
      ),
    )
    const events = host.watch()
    expect(netfilter.run(Hook.FORWARD, SYN(), ETH0, CNI0)).toBe(Verdict.DROP)
    const told = events.map((event) => {
      const { kind, chain, position, verdict, table: name, empty } = event as RuleEvent & PolicyEvent & HookDropEvent
      return [kind, name, chain, position ?? empty, verdict].filter((part) => part !== undefined).join(' ')
    })
    expect(told).toEqual([
      'table filter FORWARD',
      'rule filter FORWARD 1 JUMP',
      'rule filter A 1 CONTINUE',
      'rule filter A 2 RETURN',
      'rule filter FORWARD 3 GOTO',
      'rule filter B 1 CONTINUE',
      'policy filter FORWARD false DROP',
      'hook-drop filter',
    ])
  })

  it('goto out of a jumped chain returns behind the jump', () => {
    const { netfilter } = namespace()
    netfilter.setTable(
      table(
        'filter',
        ':FORWARD DROP [0:0]',
        ':A - [0:0]',
        ':B - [0:0]',
        '-A FORWARD -j A',
        '-A FORWARD -j ACCEPT',
        '-A A -g B',
        '-A A -j DROP',
        '-A B -p tcp',
      ),
    )
    expect(netfilter.run(Hook.FORWARD, SYN(), ETH0, CNI0)).toBe(Verdict.ACCEPT)
  })

  it('REJECT is told of before what it sends; STOLEN and RETURN in base chains', () => {
    const { host, netfilter } = namespace()
    netfilter.setTable(
      table(
        'filter',
        ':INPUT ACCEPT [0:0]',
        ':FORWARD ACCEPT [0:0]',
        '-A FORWARD -j REJECT',
        '-A INPUT -p tcp -j RETURN',
        '-A INPUT -j DROP',
      ),
    )
    const events = host.watch()
    const reject = host.sendReject.bind(host)
    host.sendReject = (...args) => {
      events.push({ kind: 'sent' })
      reject(...args)
    }
    netfilter.run(Hook.FORWARD, SYN(), ETH0, CNI0)
    expect(events.map(({ kind }) => kind)).toEqual(['table', 'rule', 'sent', 'hook-drop'])
    expect(netfilter.run(Hook.INPUT, SYN(), ETH0, null)).toBe(Verdict.ACCEPT)
  })

  it('a packet that reaches what is not modelled depends', () => {
    const { host, netfilter } = namespace()
    const text = '*filter\n-A FORWARD -p udp -m u32 --u32 0=0\n-A FORWARD -p tcp -j TEE --gateway 1.1.1.1\nCOMMIT\n'
    expect(netfilter.restore(text).errors).toHaveLength(2)
    netfilter.restore(text, { keepUnsupported: true })
    const events = host.watch()
    expect(netfilter.run(Hook.FORWARD, SYN(), ETH0, CNI0)).toBe(Verdict.DROP)
    expect(netfilter.depends).toBe(true)
    expect(events.find((event): event is DependsEvent => event.kind === 'depends')).toMatchObject({
      chain: 'FORWARD',
      position: 2,
      what: 'target TEE --gateway 1.1.1.1',
    })
    netfilter.setTable(table('filter', '-A FORWARD -j DROP'))
    netfilter.run(Hook.FORWARD, SYN(), ETH0, CNI0)
    expect(netfilter.depends).toBe(false)
  })

  it('conntrack and the lack of a route drop without a table', () => {
    const { host, netfilter } = namespace()
    netfilter.setTable(table('mangle', '-A OUTPUT -j MARK --set-mark 1'))
    host.routable = false
    const events = host.watch()
    netfilter.run(Hook.OUTPUT, SYN(), null, ETH0)
    expect(events.at(-1)).toMatchObject({ kind: 'hook-drop', table: null })
  })
})
