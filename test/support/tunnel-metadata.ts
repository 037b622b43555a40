import { recordLabText } from '../../src/lab/index.ts'

/** A VXLAN device with `df set` answers ARP. */
const LAB = `# Does an answer to ARP leave a tunnel with DF?
# Lesson: it does, unless tunnels of this machine hand their metadata up.
ip netns add a
ip netns add b
ip link add eth0 netns a type veth peer name eth0 netns b
for n in a b; do
ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip -n $n link set lo up
done
ip -n a addr add 192.168.50.1/24 dev eth0
ip -n b addr add 192.168.50.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a link add vx type vxlan id 7 local 192.168.50.1 remote 192.168.50.2 dev eth0 dstport 4789
ip -n b link add vx type vxlan id 7 local 192.168.50.2 remote 192.168.50.1 dev eth0 dstport 4789 df set
ip -n a addr add 10.7.0.1/24 dev vx
ip -n b addr add 10.7.0.2/24 dev vx
ip -n a link set vx up
ip -n b link set vx up
# --- traffic ---
ip netns exec a ping -c1 -W1 10.7.0.2
`

/**
 * Do tunnels of this machine hand their metadata up? Once somebody has asked for that anywhere on it, some kernels never forget (docs/fidelity.md), and answers to
 * ARP leave a tunnel without its DF.
 */
export async function handsMetadataUp(): Promise<boolean> {
  const { frames } = await recordLabText(LAB)
  const answers = frames.filter(
    ({ ns, dir, src, inner }) => ns === 'b' && dir === 'out' && src === '192.168.50.2' && inner?.op === 2,
  )
  return answers.some(({ df }) => df === false)
}
