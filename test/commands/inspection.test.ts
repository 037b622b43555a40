import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { launcherOf } from '../../src/commands/launcher.ts'
import { Machine } from '../../src/commands/machine.ts'
import { Process } from '../../src/commands/process/process.ts'
import { resultOf } from '../../src/commands/process/program.ts'
import { NO_INPUT, TextOutput } from '../../src/commands/process/streams.ts'
import { programs } from '../../src/commands/programs.ts'
import { UnsupportedError } from '../../src/packet/errors.ts'
import { Simulation } from '../../src/sim/index.ts'
import { installSockets } from '../../src/sockets/index.ts'

const PAIR =
  'ip link set lo up\nip link add v0 type veth peer name v1\nip link set v0 up\nip addr add 10.0.0.1/24 dev v0\n'

describe('what has no model is refused by its name', () => {
  it.each([
    ['awk {print}', 'awk'],
    ['sed -n 1p', 'sed'],
    ['grep -P x', 'grep -P'],
    ['grep -r x', 'grep -r'],
    ['grep --perl-regexp x', '--perl-regexp'],
    ['grep "\\(a\\)\\1" /proc/net/dev', 'back-reference'],
    ['grep --color=always x', '--color=always'],
    ['sort -V', 'sort -V'],
    ['sort -h', 'sort -h'],
    ['head -z', 'head -z'],
    ['tail -f x', 'tail -f'],
    ['wc -L', 'wc -L'],
    ['uniq -f 1', 'uniq -f'],
    ['cut --complement -f1', '--complement'],
    ['tr -t a b', 'tr -t'],
    ['cat --help', '--help'],
    ['less +G x', 'less \\+G'],
    ['brctl setfd br0 2', 'brctl setfd'],
    ['brctl showstp br0', 'brctl showstp'],
    ['brctl addbr b0; brctl stp b0 on', 'brctl stp b0 on'],
    ['ifconfig v0:1 10.0.0.9', 'alias v0:1'],
    ['ifconfig v0 allmulti', 'ifconfig allmulti'],
    ['ifconfig v0 10.0.0.9 netmask host', 'host'],
    ['route', 'route with names.*route -n'],
    ['route add default gw gateway', 'the host name gateway'],
    ['route -6', 'route -6'],
    ['ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0; arp', 'arp with names.*arp -n'],
    ['arp -s 10.0.0.3 02:00:00:00:00:03 pub', 'pub'],
    ['netstat', 'netstat with names'],
    ['netstat -n', 'all kinds of sockets'],
    ['netstat -tulpn', 'netstat -p'],
    ['netstat -s', 'netstat -s'],
    ['ss', 'all kinds of sockets'],
    ['ss -lntp', 'ss -p'],
    ['ss -nt dst 10.0.0.1', 'ss with a filter'],
    ['timeout 1 nc -l 80 & sleep 0.2; ss -lt', 'add -n'],
    ['cat /proc/net/netstat', '/proc/net/netstat'],
    ['cat /proc/net/tcp', '/proc/net/tcp'],
    ['cat /proc/cpuinfo', '/proc/cpuinfo'],
    ['cat /sys/class/net/v0/duplex', '/sys/class/net/v0/duplex'],
    ['cat /sys/class/net/v1/carrier', 'a device that is down'],
    ['cat /etc/hosts', '/etc/hosts'],
  ])('%s', (line, name) => {
    expect(() => runScript(`${PAIR}${line}\n`)).toThrow(UnsupportedError)
    let error: unknown
    try {
      runScript(`${PAIR}${line}\n`)
    } catch (thrown) {
      error = thrown
    }
    const { message, hint } = error as UnsupportedError
    expect(`${message} ${hint ?? ''}`).toMatch(new RegExp(name, 's'))
  })
})

describe('a machine', () => {
  function print(machine: Machine, words: readonly string[]): string {
    const [stdout, stderr] = [new TextOutput(), new TextOutput()]
    const run = launcherOf(programs)
    const context = { machine, netns: machine.root, stdin: NO_INPUT, stdout, stderr, run }
    const process = new Process(machine.scheduler, resultOf(run(words, context as never)))
    machine.sim.run()
    return `${stdout.text}${stderr.text}[${process.exitCode}]`
  }

  it('has files of its own, which commands read', () => {
    const machine = new Machine()
    machine.files.put('/etc/hosts', '127.0.0.1\tlocalhost\n10.0.0.1\tweb\n')
    expect(print(machine, ['cat', '/etc/hosts'])).toBe('127.0.0.1\tlocalhost\n10.0.0.1\tweb\n[0]')
    expect(print(machine, ['grep', '-c', 'web', '/etc/hosts'])).toBe('1\n[0]')
  })

  it('has files that are made anew each time', () => {
    const machine = new Machine()
    let network = '10.244.0.0/16'
    machine.files.put('/run/flannel/subnet.env', () => `FLANNEL_NETWORK=${network}\n`)
    expect(print(machine, ['cat', '/run/flannel/subnet.env'])).toBe('FLANNEL_NETWORK=10.244.0.0/16\n[0]')
    network = '10.245.0.0/16'
    expect(print(machine, ['tail', '-1', '/run/flannel/subnet.env'])).toBe('FLANNEL_NETWORK=10.245.0.0/16\n[0]')
  })

  it('whose server answers on every port has no list of open ports', () => {
    const sim = new Simulation()
    const machine = new Machine(sim)
    const sockets = installSockets(machine.root, { defaultListener: true })
    machine.adoptNamespace('pod', machine.root, sockets)
    expect(() => print(machine, ['ss', '-lnt'])).toThrow(/answers on each of them/)
    expect(print(machine, ['ss', '-nt'])).toMatch(/^State .*\n\[0\]$/)
  })
})
