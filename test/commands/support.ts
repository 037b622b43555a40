import { runScript } from '../../src/commands/index.ts'

/** Runs a script and gives what it printed (both streams) and its exit code, as one text where that is short. */
export function sh(script: string, seed = 0): { output: string; exitCode: number } {
  const { output, exitCode } = runScript(script, { name: 'test.sh', seed })
  return { output, exitCode }
}

/** What one command prints behind a set-up that prints nothing, and `rc=` with its exit code. */
export function said(setup: string, command: string): string {
  const { output } = sh(`${setup}\n${command}\necho rc=$?\n`)
  return output
}

/** Two namespaces with a cable between them: a 10.0.0.1/24, b 10.0.0.2/24. */
export const PAIR = `
for n in a b; do
  ip netns add $n
  ip -n $n link set lo up
done
ip link add eth0 netns a address 02:00:00:00:00:0a type veth peer name eth0 netns b address 02:00:00:00:00:0b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
`

/** A router between two: c 10.1.0.2, r 10.1.0.1 and 10.2.0.1, s 10.2.0.2. */
export const ROUTER = `
for n in c r s; do
  ip netns add $n
  ip -n $n link set lo up
done
ip link add eth0 netns c type veth peer name c0 netns r
ip link add s0 netns r type veth peer name eth0 netns s
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n r addr add 10.2.0.1/24 dev s0
ip -n s addr add 10.2.0.2/24 dev eth0
for d in c:eth0 r:c0 r:s0 s:eth0; do true $d; done
ip -n c link set eth0 up
ip -n r link set c0 up
ip -n r link set s0 up
ip -n s link set eth0 up
ip -n c route add default via 10.1.0.1
ip -n s route add default via 10.2.0.1
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
`
