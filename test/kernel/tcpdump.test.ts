import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { compileFilter } from '../../src/commands/tcpdump/filter/index.ts'
import { readCapture } from '../../src/commands/tcpdump/pcap-file.ts'
import { PacketPrinter } from '../../src/commands/tcpdump/print/index.ts'
import { NUMBERS, withNames } from '../../src/commands/tcpdump/print/names.ts'

/*
 * A capture of simulated traffic, shown by the real tcpdump and by ours: in each way of printing, through each filter.
 */

const there = spawnSync('tcpdump', ['--version']).status === 0
if (!there) console.warn('The printing of packets is not compared with tcpdump: it is not installed.')

const SCRIPT = `
for n in a r b; do
  ip netns add $n
  ip -n $n link set lo up
done
ip link add eth0 netns a type veth peer name a0 netns r
ip link add eth0 netns b type veth peer name b0 netns r
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n r addr add 10.0.0.254/24 dev a0
ip -n r addr add 10.1.0.254/24 dev b0
ip -n b addr add 10.1.0.2/24 dev eth0
for n in a:eth0 r:a0 r:b0 b:eth0; do true $n; done
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n r link set a0 up
ip -n r link set b0 up
ip -n b link set eth0 mtu 1400
ip -n r link set b0 mtu 1400
ip -n a route add default via 10.0.0.254
ip -n b route add default via 10.1.0.254
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
ip -n r route add unreachable 10.2.0.0/16
ip -n r route add prohibit 10.3.0.0/16
ip netns exec r iptables -A FORWARD -p tcp --dport 7777 -j REJECT --reject-with tcp-reset
ip netns exec r iptables -A FORWARD -p tcp --dport 7778 -j REJECT
ip -n a link add vx type vxlan id 7 remote 10.1.0.2 local 10.0.0.1 dstport 8472
ip -n b link add vx type vxlan id 7 remote 10.0.0.1 local 10.1.0.2 dstport 8472
ip -n a link add vy type vxlan id 300 remote 10.1.0.2 local 10.0.0.1 dstport 4789
ip -n b link add vy type vxlan id 300 remote 10.0.0.1 local 10.1.0.2 dstport 4789
for n in vx vy; do
  ip -n a link set $n mtu 1200 up
  ip -n b link set $n mtu 1200 up
done
ip -n a addr add 10.9.0.1/24 dev vx
ip -n b addr add 10.9.0.2/24 dev vx
ip -n a addr add 10.8.0.1/24 dev vy
ip -n b addr add 10.8.0.2/24 dev vy
ip netns exec a tcpdump -n -i DEVICE -w cap.pcap &
ip netns exec a ping -c 1 10.1.0.2
ip netns exec a ping -c 1 -t 1 10.1.0.2
ip netns exec a ping -c 1 10.2.0.1
ip netns exec a ping -c 1 10.3.0.1
ip netns exec a ping -c 1 -M do -s 1400 10.1.0.2
ip netns exec a ping -c 1 -s 3000 10.1.0.2
ip netns exec a ping -c 1 -Q 0x2 10.1.0.2
ip netns exec a ping -c 1 -W 1 10.0.0.77
ip netns exec a ping -c 1 10.0.0.1
ip netns exec a ping -c 1 10.9.0.2
ip netns exec a ping -c 1 10.8.0.2
ip netns exec b timeout 5 nc -lk -p 80 &
ip netns exec b timeout 5 nc -lk -p 5000 &
ip netns exec b timeout 5 nc -luk -p 5000 &
sleep 0.2
echo GET / HTTP/1.1 | ip netns exec a timeout 0.7 nc 10.1.0.2 80
printf 'HTTP/1.1 200 OK\\r\\nA: \\t\\001b\\r\\rc\\r' | ip netns exec a timeout 0.7 nc 10.1.0.2 80
echo hello | ip netns exec a timeout 0.7 nc 10.1.0.2 80
echo hello | ip netns exec a timeout 0.7 nc 10.1.0.2 5000
echo hello | ip netns exec a timeout 0.7 nc 10.9.0.2 5000
echo hello | ip netns exec a timeout 0.3 nc -u 10.1.0.2 5000
echo hello | ip netns exec a timeout 0.3 nc -u 10.1.0.2 5001
echo hello | ip netns exec a timeout 0.3 nc -u 10.1.0.2 53
echo hello | ip netns exec a timeout 0.3 nc 10.1.0.2 5002
echo hello | ip netns exec a timeout 0.3 nc 10.1.0.2 7777
echo hello | ip netns exec a timeout 0.3 nc 10.1.0.2 7778
`

const PRINTING = [
  '-t',
  '-tv',
  '-tvv',
  '-te',
  '-tev',
  '-teq',
  '-tq',
  '-tS',
  '-tS -v',
  '-t -T vxlan',
  '-te -T vxlan -vv',
  '-tqv',
  '-tx',
  '-txx',
  '-tX',
  '-teXX',
  '-tA',
  '-tAAe',
  '-tqxA',
  '-tvXAx',
]

const FILTERS =
  `icmp;tcp;udp;arp;ip;not ip;ip and not tcp;host 10.1.0.2;src host 10.0.0.1;dst host 10.0.0.1;src 10.1.0.2;dst 10.1.0.2 and tcp
arp host 10.0.0.254;ip host 10.1.0.2;net 10.0.0.0/8;net 10.1.0.0/24;src net 10.0.0.0/15;net 10.1;net 10;host 10.1.0;port 80;tcp port 80 or 5000
tcp port 80 or tcp port 5000 and dst host 10.1.0.2;tcp src port 80;udp port 53;portrange 5000-5002;udp portrange 5000-5001;portrange 81-80
port 80 or port 8472 or icmp;not port 80 and not icmp;! icmp;(tcp or udp) and not port 80;tcp[tcpflags] & tcp-syn != 0;tcp[13] = 18
tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn;icmp[icmptype]==8;icmp[icmptype] == icmp-unreach and icmp[icmpcode] = 3;icmp[0] == 11;ip[8] == 64
ip[1] & 3 != 0;ip[6:2] & 0x1fff != 0;ip[2:2] > 1000;ip[2:2] - 20 > 1000;len > 100;len >= 100 and udp;greater 500;less 60
ip multicast;ether proto 0x806;ether proto \\arp;ip proto 6;ip proto \\tcp;proto 17;proto tcp;ip6;icmp6;sctp
tcp[(tcp[12]>>2):4] = 0x47455420;not tcp[40] = 0;src or dst host 10.1.0.2;src and dst net 10.0.0.0/8;dst or src port 80;host 10.0.0.1 and 10.1.0.2
host 10.0.0.1 10.1.0.2;foo;host foo;tcp and udp;icmp and port 80;net 10.0.0.1/8;net 10/8;net 10.0/16;net 10.0.0.0 mask 255.0.0.0;port 99999;tcp[
net 10.0.0.0/33;host;(;tcp);and tcp;tcp host 10.0.0.1;ip port 80;10.0.0.1;80;src 10.0.0.300;greater x;not;gateway x;tcp or;port 80 and
port http;tcp port http;udp port http;port domain;udp port domain;sctp port http;port nosuch;not port http;src port http or domain;ip port http
udp port tftp;tcp port tftp;port syslog;port www;port http-alt
udp[0:2] == 5000;arp[6:2] == 2;ip src 10.0.0.1;arp src host 10.0.0.1;1 = 1;((tcp));tcp && !(port 80 || port 81)
broadcast;multicast;ether[0] & 1 = 1;ether[12:2] == 0x0806;ether dst ff:ff:ff:ff:ff:ff;ether host 1:2`.split(/[;\n]/)

/** A file names devices by number, and tcpdump looks up what has it here. */
function unnamed(text: string): string {
  return text.replace(/^\S+ +(In|Out|B|M|P) /gm, 'DEVICE $1 ')
}

describe.skipIf(!there)('packets are printed, and chosen, as tcpdump does it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tcpdump-'))
  const names = new Map<string, Uint8Array>()

  beforeAll(() => {
    for (const device of ['eth0', 'any']) {
      const { machine } = runScript(SCRIPT.replace('DEVICE', device))
      names.set(device, machine.captures.read('cap.pcap')!)
      writeFileSync(path.join(folder, device), names.get(device)!)
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const ours = (device: string, options: string, filter = '', numeric = true): string => {
    const letters = [...options.replace('-T vxlan', '')]
    const printer = new PacketPrinter(
      {
        linkHeader: letters.includes('e'),
        quick: letters.includes('q'),
        verbose: letters.filter((letter) => letter === 'v').length,
        absolute: letters.includes('S'),
        vxlan: options.includes('vxlan'),
        dump: letters.includes('X')
          ? 'hex and ascii'
          : letters.includes('x')
            ? 'hex'
            : letters.includes('A')
              ? 'ascii'
              : null,
        dumpsLink: /XX|xx|AA/.test(options),
      },
      numeric ? NUMBERS : withNames((address) => (address === 0x7f000001 ? 'localhost' : undefined)),
      String,
    )
    const chosen = readCapture(names.get(device)!)!.packets.filter(compileFilter(filter))
    return chosen.map((packet) => `${printer.text(packet)}\n`).join('')
  }

  it.each(['eth0', 'any'].flatMap((device) => PRINTING.map((options) => [device, options] as const)))(
    '%s %s',
    (device, options) => {
      const words = ['-n', ...options.split(' '), '-r', path.join(folder, device)]
      const real = execFileSync('tcpdump', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      expect(unnamed(ours(device, options))).toBe(unnamed(real))
    },
  )

  it.each(
    ['eth0', 'any'].flatMap((device) =>
      ['-t', '-te', '-tvv', '-tq', '-te -T vxlan'].map((each) => [device, each] as const),
    ),
  )('by name: %s %s', (device, options) => {
    // nobody may be asked for names
    const words = ['--net', 'tcpdump', ...options.split(' '), '-r', path.join(folder, device)]
    const real = execFileSync('unshare', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    expect(unnamed(ours(device, options, '', false))).toBe(unnamed(real))
  })

  it.each(FILTERS)('filter %s', (filter) => {
    const { status, stdout, stderr } = spawnSync('tcpdump', ['-n', '-tq', '-r', path.join(folder, 'eth0'), filter], {
      encoding: 'utf8',
    })
    if (status === 0) expect(ours('eth0', '-tq', filter)).toBe(stdout)
    else {
      const said = stderr.replace(/^reading from .*\n/, '').trimEnd()
      expect(() => compileFilter(filter)).toThrow(said.replace('tcpdump: ', ''))
    }
  })
})
