import { describe, expect, it } from 'vitest'
import { Errno, FibResult, FlowKey, TableId } from '../../src/route/index.ts'
import { address } from './fake-host.ts'
import { namespaceWith, TWO_DEVICES } from './namespace.ts'

const ROUTES = [
  ...TWO_DEVICES,
  'route add default via 10.0.0.9',
  'route add default via 10.0.1.9 table 100',
  'route add throw 9.0.0.0/8 table 100',
  'route add unreachable 8.0.0.0/8 table 100',
]

/** Which table answers with these rules, or which errno. */
function ask(rules: string[], change: Partial<FlowKey> & { to?: string } = {}): string {
  const { fib } = namespaceWith(...ROUTES, ...rules)
  const { to = '1.1.1.1', ...rest } = change
  const key = Object.assign(new FlowKey(), rest)
  key.destination = address(to)
  const result = new FibResult()
  const error = fib.lookup(key, result)
  return error === 0
    ? `table ${result.table}, rule ${result.rule?.priority}`
    : `errno ${error}, rule ${result.rule?.priority}`
}

const MAIN = 'table 254, rule 32766'
const HIT = 'table 100, rule 32765'

describe('which rule decides', () => {
  it.each([
    ['rule add lookup 100', {}, HIT],
    ['rule add from 10.0.0.0/24 lookup 100', { source: address('10.0.0.7') }, HIT],
    ['rule add from 10.0.0.0/24 lookup 100', { source: address('10.0.1.7') }, MAIN],
    ['rule add to 1.1.1.1 lookup 100', {}, HIT],
    ['rule add to 1.1.1.2 lookup 100', {}, MAIN],
    ['rule add not to 1.1.1.2 lookup 100', {}, HIT],
    ['rule add fwmark 5 lookup 100', { mark: 5 }, HIT],
    ['rule add fwmark 5 lookup 100', { mark: 7 }, MAIN],
    ['rule add fwmark 4/4 lookup 100', { mark: 0x80000007 }, HIT],
    ['rule add fwmark 0x80000000/0x80000000 lookup 100', { mark: 0x80000007 }, HIT],
    ['rule add fwmark 0/4 lookup 100', { mark: 7 }, MAIN],
    ['rule add iif va lookup 100', { iif: 3 }, HIT],
    ['rule add iif va lookup 100', { iif: 4 }, MAIN],
    ['rule add iif lo lookup 100', {}, HIT],
    ['rule add iif nope lookup 100', {}, MAIN],
    ['rule add oif vc lookup 100', { oif: 5 }, HIT],
    ['rule add oif nope lookup 100', {}, MAIN],
    ['rule add tos 0x10 lookup 100', { tos: 0x10 }, HIT],
    ['rule add tos 0x10 lookup 100', { tos: 0x08 }, MAIN],
    ['rule add ipproto tcp lookup 100', { protocol: 6 }, HIT],
    ['rule add ipproto tcp lookup 100', { protocol: 17 }, MAIN],
    ['rule add dport 50-60 lookup 100', { destinationPort: 53 }, HIT],
    ['rule add dport 50-60 lookup 100', { destinationPort: 61 }, MAIN],
    ['rule add sport 53 lookup 100', { sourcePort: 52 }, MAIN],
    ['rule add uidrange 5-9 lookup 100', { uid: 5 }, HIT],
    ['rule add uidrange 5-9 lookup 100', { uid: 4 }, MAIN],
    ['rule add lookup 100', { to: '9.9.9.9' }, MAIN],
    ['rule add lookup 100', { to: '8.8.8.8' }, `errno ${Errno.EHOSTUNREACH}, rule 32765`],
    ['rule add lookup 100 suppress_prefixlength 0', {}, MAIN],
    ['rule add lookup 100 suppress_prefixlength 0', { to: '8.8.8.8' }, `errno ${Errno.EHOSTUNREACH}, rule 32765`],
    ['rule add lookup 77', {}, MAIN],
    ['rule add nop', {}, MAIN],
    ['rule add blackhole', {}, `errno ${Errno.EINVAL}, rule 32765`],
    ['rule add unreachable', {}, `errno ${Errno.ENETUNREACH}, rule 32765`],
    ['rule add prohibit', {}, `errno ${Errno.EACCES}, rule 32765`],
    ['rule add goto 40000', {}, MAIN],
    ['rule add goto 32767', {}, `errno ${Errno.ENETUNREACH}, rule undefined`],
    ['rule add pref 5 lookup 100', {}, 'table 100, rule 5'],
  ])('%s, %o: %s', (rule, change, answer) => {
    expect(ask([rule], change)).toBe(answer)
  })

  it('goto leads on at the rule that it names', () => {
    expect(ask(['rule add pref 10 goto 30', 'rule add pref 20 blackhole', 'rule add pref 30 lookup 100'])).toBe(
      'table 100, rule 30',
    )
  })
})

describe('adding and deleting rules', () => {
  it('a new rule comes right behind the first one', () => {
    const namespace = namespaceWith('rule add lookup 1', 'rule add lookup 2', 'rule add pref 32766 lookup 3')
    expect(namespace.rules()).toBe(
      [
        '0:\tfrom all lookup local',
        '32764:\tfrom all lookup 2',
        '32765:\tfrom all lookup 1',
        '32766:\tfrom all lookup main',
        '32766:\tfrom all lookup 3',
        '32767:\tfrom all lookup default',
        '',
      ].join('\n'),
    )
  })

  it('the highest priority comes last', () => {
    expect(namespaceWith('rule add pref 40000 lookup 1').rules()).toContain('default\n40000:\tfrom all lookup 1\n')
  })

  it.each([
    ['rule add pref 1000 lookup 100', 'RTNETLINK answers: File exists'],
    ['rule add pref 1000 not from 10.1.0.0/16 lookup 100', 'RTNETLINK answers: File exists'],
    ['rule add pref 1000 from 10.2.0.0/16 lookup 100', ''],
    ['rule add pref 1000 goto 1000', 'Error: Backward goto not supported.'],
    ['rule add tos 0x20 lookup 5', 'Error: Invalid tos.'],
    ['rule add tos 0x03 lookup 5', 'Error: Invalid dsfield (tos): ECN bits must be 0.'],
    ['rule add sport 10-5 lookup 5', 'Error: Invalid sport range.'],
    ['rule add dport 10-5 lookup 5', 'Error: Invalid dport range.'],
    ['rule add uidrange 10-5 lookup 5', 'Error: Invalid uid range.'],
    ['rule del pref 999', 'RTNETLINK answers: No such file or directory'],
    ['rule del from 10.1.0.0/17', 'RTNETLINK answers: No such file or directory'],
    ['rule del fwmark 5', 'RTNETLINK answers: No such file or directory'],
    ['rule del goto 3', 'Error: Backward goto not supported.'],
    ['rule del to 1.0.0.0/8', 'RTNETLINK answers: No such file or directory'],
    ['rule del ipproto tcp', 'RTNETLINK answers: No such file or directory'],
    ['rule del sport 5', 'RTNETLINK answers: No such file or directory'],
    ['rule del dport 5', 'RTNETLINK answers: No such file or directory'],
    ['rule del uidrange 5-5', 'RTNETLINK answers: No such file or directory'],
    ['rule del suppress_prefixlength 0', 'RTNETLINK answers: No such file or directory'],
    ['rule del from 10.1.0.0/16', ''],
    ['rule del lookup 100', ''],
    ['rule del not lookup 100', ''],
  ])('%s: %s', (command, error) => {
    expect(namespaceWith('rule add pref 1000 from 10.1.0.0/16 lookup 100').run(command)).toBe(error)
  })

  it('finds the rule that has the same ranges', () => {
    const rule = 'ipproto udp sport 5 dport 10-20 uidrange 0-5 lookup 5'
    const namespace = namespaceWith(`rule add ${rule} pref 7`)
    expect(namespace.run(`rule add ${rule} pref 7`)).toBe('RTNETLINK answers: File exists')
    expect(namespace.run(`rule del ${rule}`)).toBe('')
  })

  it('a goto without a target is refused', () => {
    const { fib } = namespaceWith()
    expect(() => fib.addRule({ action: 'goto' })).toThrow('Missing goto target')
  })

  it('without a table of its own a rule gets the first that is empty', () => {
    const namespace = namespaceWith('route add blackhole 1.1.1.1 table 1', 'rule add unicast')
    expect(namespace.rules()).toContain('from all lookup 2\n')
    expect(namespace.fib.hasTable(2)).toBe(true)
  })

  it('a mark without a mask is compared in all its bits', () => {
    const { fib } = namespaceWith()
    expect(fib.addRule({ mark: 7 }).markMask).toBe(0xffffffff)
    expect(fib.addRule({ mark: 7, markMask: 0 }).markMask).toBe(0)
    expect(fib.deleteRule({ mark: 7 }).markMask).toBe(0xffffffff)
  })

  it('rules follow devices that go', () => {
    const namespace = namespaceWith('rule add iif ve oif va pref 5 lookup main', 'link del ve')
    expect(namespace.rules()).toContain('5:\tfrom all iif ve [detached] oif va lookup main\n')
  })

  it('a goto without its target is told', () => {
    const namespace = namespaceWith('rule add pref 5 goto 500')
    expect(namespace.rules()).toContain('5:\tfrom all goto 500 [unresolved]\n')
    expect(namespace.run('rule add pref 500 nop')).toBe('')
    expect(namespace.rules()).toContain('5:\tfrom all goto 500\n')
    expect(TableId.MAIN).toBe(254)
  })
})
