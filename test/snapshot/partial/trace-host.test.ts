import { describe, expect, it } from 'vitest'
import { assertTraceGrammar } from '../../trace/grammar.ts'
import { schemaErrors } from '../../trace/schema.ts'
import { type AskOptions, ask, askTexts, endsOf } from './ask.ts'

/** Dumps of the folder `dumps`, a packet, what else is told of it, and the ends that it can come to. */
const QUESTIONS: readonly [title: string, dumps: string, flow: string, options: AskOptions, ends: readonly string[]][] =
  [
    [
      'ssh where ufw limits it',
      'ufw-docker+docker-host',
      '203.0.113.7 > 192.0.2.10:22',
      {},
      [
        '-m recent --update --seconds 30 --hitcount 6 --name DEFAULT --mask 255.255.255.255 --rsource holds for it: REJECT: -t filter -A ufw-user-limit -j REJECT --reject-with icmp-port-unreachable',
        '-m recent --update --seconds 30 --hitcount 6 --name DEFAULT --mask 255.255.255.255 --rsource does not hold for it: delivered to this host, to tcp 0.0.0.0:22; the answer goes back out of eth0 to 203.0.113.7',
      ],
    ],
    [
      'a port that ufw opens',
      'ufw-docker+docker-host',
      '203.0.113.7 > 192.0.2.10:443',
      {},
      ['delivered to this host, to tcp 0.0.0.0:443; the answer goes back out of eth0 to 203.0.113.7'],
    ],
    [
      'a port that ufw does not open',
      'ufw-docker+docker-host',
      '203.0.113.7 > 192.0.2.10:25',
      {},
      ['NETFILTER_DROP: -t filter -P INPUT DROP'],
    ],
    [
      'a published port',
      'ufw-docker+docker-host',
      '203.0.113.7 > 192.0.2.10:8080',
      {},
      ['forwarded out of docker0 to 172.17.0.2; the answer goes back out of eth0 to 203.0.113.7'],
    ],
    [
      'a published port, from where DOCKER-USER drops',
      'ufw-docker+docker-host',
      '198.51.100.9 > 192.0.2.10:8080',
      {},
      ['NETFILTER_DROP: -t filter -A DOCKER-USER -s 198.51.100.0/24 -j DROP'],
    ],
    [
      'a published port from the host itself',
      'ufw-docker+docker-host',
      '192.0.2.10 > 192.0.2.10:8080',
      {},
      ['sent out of docker0 to 172.17.0.2; the answer comes back'],
    ],
    [
      'a container to the world',
      'ufw-docker+docker-host',
      '172.17.0.2 > 203.0.113.9:443',
      {},
      ['forwarded out of eth0 to 203.0.113.9, from 192.0.2.10; the answer goes back out of docker0 to 172.17.0.2'],
    ],
    [
      'a container of one network through the raw table of Docker',
      'ufw-docker+docker-host',
      '203.0.113.7 > 172.17.0.2:80',
      {},
      ['NETFILTER_DROP: -t raw -A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP'],
    ],
    [
      'a published port, of which only rules are told',
      'ufw-docker',
      '203.0.113.7 > 192.0.2.10:8080',
      { in: 'eth0' },
      [
        '192.0.2.10 is an address of this host; 172.17.0.2 is an address of this host: NETFILTER_DROP: -t filter -P INPUT DROP',
        '192.0.2.10 is an address of this host; 172.17.0.2 is not an address of this host; the output device is docker0: forwarded out of docker0 to 172.17.0.2; the answer goes back out of eth0 to 203.0.113.7',
        '192.0.2.10 is an address of this host; 172.17.0.2 is not an address of this host; the output device is not docker0: NETFILTER_DROP: -t filter -P FORWARD DROP',
        '192.0.2.10 is not an address of this host; the output device is docker0: NETFILTER_DROP: -t filter -A DOCKER ! -i docker0 -o docker0 -j DROP',
        '192.0.2.10 is not an address of this host; the output device is not docker0: NETFILTER_DROP: -t filter -P FORWARD DROP',
      ],
    ],
    [
      'the same where the way out is told',
      'ufw-docker',
      '203.0.113.7 > 192.0.2.10:8080',
      { in: 'eth0', out: 'docker0' },
      [
        '192.0.2.10 is an address of this host: forwarded out of docker0 to 172.17.0.2; the answer goes back out of eth0 to 203.0.113.7',
        '192.0.2.10 is not an address of this host: NETFILTER_DROP: -t filter -A DOCKER ! -i docker0 -o docker0 -j DROP',
      ],
    ],
    [
      'a forwarded port of firewalld',
      'firewalld',
      '203.0.113.7 > 198.51.100.3:2222',
      { in: 'eth0', out: 'eth1' },
      ['forwarded out of eth1 to 10.0.5.20; the answer goes back out of eth0 to 203.0.113.7'],
    ],
    [
      'the inner zone to the world',
      'firewalld',
      '10.0.5.20 > 203.0.113.9:443',
      { in: 'eth1', out: 'eth0' },
      ['forwarded out of eth0 to 203.0.113.9, from 192.0.0.9; the answer goes back out of eth1 to 10.0.5.20'],
    ],
    [
      'the inner zone to somewhere',
      'firewalld',
      '10.0.5.20 > 203.0.113.9:443',
      { in: 'eth1', hook: 'FORWARD' },
      [
        'the output device is eth0: FORWARD lets it pass',
        'the output device is not eth0: REJECT: -t filter -A FORWARD -j REJECT --reject-with icmp-host-prohibited',
      ],
    ],
    [
      'a zone that a source makes',
      'firewalld',
      '10.0.9.3 > 10.0.5.1:53',
      { hook: 'INPUT', protocol: 'udp' },
      ['INPUT lets it pass'],
    ],
    [
      'the outer zone',
      'firewalld',
      '203.0.113.7 > 10.0.5.1:53',
      { hook: 'INPUT', protocol: 'udp', in: 'eth0' },
      ['REJECT: -t filter -A INPUT -j REJECT --reject-with icmp-host-prohibited'],
    ],
    [
      'a zone that no device says',
      'firewalld',
      '203.0.113.7 > 10.0.5.1:53',
      { hook: 'INPUT', protocol: 'udp' },
      [
        'the input device is eth0: REJECT: -t filter -A INPUT -j REJECT --reject-with icmp-host-prohibited',
        'the input device is eth1: INPUT lets it pass',
        'the input device is not eth0; the input device is not eth1: REJECT: -t filter -A INPUT -j REJECT --reject-with icmp-host-prohibited',
      ],
    ],
    [
      'a workload whose policy is not told',
      'calico',
      '10.42.1.7 > 10.42.3.9:80',
      { in: 'eth0', hook: 'FORWARD', out: 'cali12ab' },
      [
        '10.42.1.7 is in set cali40s:clients: FORWARD lets it pass',
        '10.42.1.7 is not in set cali40s:clients; 10.42.1.7 is in set cali40s:monitoring: FORWARD lets it pass',
        '10.42.1.7 is not in set cali40s:clients; 10.42.1.7 is not in set cali40s:monitoring: NETFILTER_DROP: -t filter -A cali-tw-cali12ab -j DROP',
      ],
    ],
    [
      'a workload by its policy',
      'calico+calico-sets',
      '10.42.1.7 > 10.42.3.9:80',
      { in: 'eth0', out: 'cali12ab' },
      ['forwarded out of cali12ab to 10.42.3.9; the answer goes back out of eth0 to 10.42.1.7'],
    ],
    [
      'who is not in the policy',
      'calico+calico-sets',
      '10.42.1.8 > 10.42.3.9:80',
      { in: 'eth0', out: 'cali12ab' },
      ['NETFILTER_DROP: -t filter -A cali-tw-cali12ab -j DROP'],
    ],
    [
      'a port that the policy does not open',
      'calico+calico-sets',
      '10.42.1.7 > 10.42.3.9:8443',
      { in: 'eth0', out: 'cali12ab' },
      ['NETFILTER_DROP: -t filter -A cali-tw-cali12ab -j DROP'],
    ],
    [
      'an unknown workload',
      'calico+calico-sets',
      '10.42.3.10 > 10.42.1.7:80',
      { in: 'cali99', out: 'eth0' },
      ['NETFILTER_DROP: -t filter -A cali-from-wl-dispatch -j DROP'],
    ],
    [
      'a workload to the world',
      'calico+calico-sets',
      '10.42.3.9 > 203.0.113.9:443',
      { in: 'cali12ab', out: 'eth0' },
      ['forwarded out of eth0 to 203.0.113.9, from 192.0.0.9; the answer goes back out of cali12ab to 10.42.3.9'],
    ],
    [
      'a workload to somewhere, pools untold',
      'calico',
      '10.42.3.9 > 203.0.113.9:443',
      { in: 'cali12ab', out: 'eth0' },
      [
        '10.42.3.9 is in set cali40masq-ipam-pools; 203.0.113.9 is in set cali40all-ipam-pools: forwarded out of eth0 to 203.0.113.9; the answer goes back out of cali12ab to 10.42.3.9',
        '10.42.3.9 is in set cali40masq-ipam-pools; 203.0.113.9 is not in set cali40all-ipam-pools: forwarded out of eth0 to 203.0.113.9, from 192.0.0.9; the answer goes back out of cali12ab to 10.42.3.9',
        '10.42.3.9 is not in set cali40masq-ipam-pools: forwarded out of eth0 to 203.0.113.9; the answer goes back out of cali12ab to 10.42.3.9',
      ],
    ],
    [
      'a sidecar and its program',
      'sidecar',
      '10.42.3.9 > 10.42.3.9:443',
      { hook: 'OUTPUT' },
      [
        'the user of the program that sends it is 1337: OUTPUT lets it pass to 127.0.0.1:15006',
        'the user of the program that sends it is not 1337: OUTPUT lets it pass',
      ],
    ],
    [
      'a sidecar takes what comes in',
      'sidecar',
      '10.42.3.7 > 10.42.3.9:443',
      { in: 'eth0' },
      ['delivered to this host, to tcp 0.0.0.0:15006; the answer goes back out of eth0 to 10.42.3.7'],
    ],
    [
      'office hours',
      'unmodelled',
      '10.0.0.1 > 10.0.1.1:53',
      { in: 'eth0', out: 'eth1', protocol: 'udp' },
      [
        '-m time --timestart 08:00:00 --timestop 18:00:00 --weekdays Mon,Tue,Wed,Thu,Fri holds: forwarded out of eth1 to 10.0.1.1; the answer goes back out of eth0 to 10.0.0.1',
        '-m time --timestart 08:00:00 --timestop 18:00:00 --weekdays Mon,Tue,Wed,Thu,Fri does not hold: NETFILTER_DROP: -t filter -P FORWARD DROP',
      ],
    ],
    [
      'a queue behind what has no model',
      'unmodelled',
      '10.0.0.1 > 10.0.1.1:443',
      { in: 'eth0', out: 'eth1' },
      [
        '-m policy --dir in --pol ipsec holds for it; -m policy --dir in --pol ipsec holds for the answer: forwarded out of eth1 to 10.0.1.1; the answer goes back out of eth0 to 10.0.0.1',
        '-m policy --dir in --pol ipsec holds for it; -m policy --dir in --pol ipsec does not hold for the answer: forwarded out of eth1 to 10.0.1.1; the answer was lost: NETFILTER_DROP: -t filter -P FORWARD DROP',
        '-m policy --dir in --pol ipsec does not hold for it: depends on target NFQUEUE --queue-num 1, which is not modelled: -t filter -A FORWARD -p tcp -m tcp --dport 443 -j NFQUEUE --queue-num 1',
      ],
    ],
    [
      'a transparent proxy',
      'unmodelled',
      '10.0.0.1 > 10.0.1.1:9999',
      { in: 'eth0', out: 'eth1' },
      [
        'depends on target TPROXY --on-port 50080 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1, which is not modelled: -t mangle -A PREROUTING -p tcp -m tcp --dport 9999 -j TPROXY --on-port 50080 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1',
      ],
    ],
    [
      'a target that lets pass',
      'unmodelled',
      '10.0.0.1 > 10.0.1.1:68',
      { hook: 'POSTROUTING', in: 'eth0', out: 'virbr0', protocol: 'udp' },
      ['POSTROUTING lets it pass'],
    ],
    [
      'a chain alone',
      'brief',
      '10.0.0.1 > 10.0.1.1:68',
      { in: 'eth1', out: 'eth0' },
      ['forwarded out of eth0 to 10.0.1.1; the answer goes back out of eth1 to 10.0.0.1'],
    ],
    [
      'the table filter alone',
      'filter-only',
      '10.0.0.1 > 10.96.0.1:443',
      { in: 'eth1', out: 'eth0' },
      ['NETFILTER_DROP: -t filter -P FORWARD DROP'],
    ],
    [
      'with the mark of kube-proxy',
      'filter-only',
      '10.0.0.1 > 10.96.0.1:443',
      { in: 'eth1', out: 'eth0', mark: 16384 },
      ['forwarded out of eth0 to 10.96.0.1; the answer goes back out of eth1 to 10.0.0.1'],
    ],
    [
      'a Service',
      'kube-node',
      '203.0.113.9 > 10.96.0.10:80',
      { allBranches: true },
      [
        'forwarded out of cni0 to 10.244.1.5, from 10.244.1.1; the answer goes back out of eth0 to 203.0.113.9',
        'forwarded out of eth0 to 10.244.2.5, from 192.168.0.11; the answer goes back out of eth0 to 203.0.113.9',
      ],
    ],
    [
      'a Service from the node',
      'kube-node',
      '192.168.0.11 > 10.96.0.10:80',
      { allBranches: true },
      [
        'sent out of cni0 to 10.244.1.5, from 10.244.1.1; the answer comes back',
        'sent out of eth0 to 10.244.2.5, from 192.168.0.11; the answer comes back',
      ],
    ],
    [
      'a Service from a pod',
      'kube-node',
      '10.244.1.7 > 10.96.0.10:80',
      {},
      [
        '10.244.1.7 is in set bad: NETFILTER_DROP: -t filter -A FORWARD -m set --match-set bad src -j DROP',
        '10.244.1.7 is not in set bad: NETFILTER_DROP: -t filter -P FORWARD DROP',
      ],
    ],
    [
      'the node from a pod',
      'kube-node',
      '10.244.1.7 > 192.168.0.11',
      {},
      ['delivered to this host, to icmp; the answer goes back out of cni0 to 10.244.1.7'],
    ],
    [
      'the node to itself',
      'kube-node',
      '127.0.0.1 > 127.0.0.1:10248',
      {},
      ['delivered to this host, to tcp 0.0.0.0:10248; the answer comes back'],
    ],
    [
      'an old connection',
      'kube-node',
      '203.0.113.9 > 10.244.1.5:80',
      { state: 'ESTABLISHED' },
      ['forwarded out of cni0 to 10.244.1.5'],
    ],
    [
      'what belongs to one',
      'kube-node',
      '203.0.113.9 > 10.244.1.5:80',
      { state: 'RELATED' },
      ['forwarded out of cni0 to 10.244.1.5'],
    ],
    [
      'what makes no sense to conntrack',
      'kube-node',
      '203.0.113.9 > 10.244.1.5:80',
      { state: 'INVALID' },
      ['NETFILTER_DROP: -t filter -A FORWARD -m conntrack --ctstate INVALID -j DROP'],
    ],
    [
      'what conntrack does not see',
      'kube-node',
      '203.0.113.9 > 10.96.0.10:80',
      { state: 'UNTRACKED' },
      [
        '203.0.113.9 is in set bad: NETFILTER_DROP: -t filter -A FORWARD -m set --match-set bad src -j DROP',
        '203.0.113.9 is not in set bad: NETFILTER_DROP: -t filter -P FORWARD DROP',
      ],
    ],
  ]

describe('a packet through one host', () => {
  it.each(QUESTIONS)('%s', (_title, dumps, flow, options, ends) => {
    const trace = ask(dumps, flow, options)
    expect(endsOf(trace)).toEqual(ends)
    assertTraceGrammar(trace.data, 'one host')
    expect(schemaErrors(trace.data)).toEqual([])
  })
})

describe('what is supposed', () => {
  it('is said, and only where it matters', () => {
    expect(ask('brief', '10.0.0.1 > 10.0.1.1:80', { in: 'eth1', out: 'eth0' }).assumptions).toEqual([
      'nothing was told of the tables raw, mangle, nat, security: taken as empty',
      'the packet begins a connection: conntrack knows none (--state says otherwise)',
      'what is not known to be for this host leaves by eth0 (--out)',
      'answers to 10.0.0.1 leave by the device by which it came in',
      'ip_forward is on',
      'rp_filter lets it in',
    ])
    expect(ask('ufw-docker+docker-host', '203.0.113.7 > 192.0.2.10:25').assumptions).toEqual([
      'it comes in by eth0, by which answers to 203.0.113.7 would leave (--in says otherwise)',
      'the packet begins a connection: conntrack knows none (--state says otherwise)',
      'the host has the addresses that were told, those of which its routes speak too, and no others',
      'there are no policy rules (ip rule), and no other routing tables that matter',
      'rp_filter lets it in',
    ])
  })

  it('names the sets of which nobody told the members, and the addresses that stand for others', () => {
    const { assumptions } = ask('calico', '10.42.3.9 > 203.0.113.9:443', { in: 'cali12ab', out: 'eth0' })
    expect(assumptions).toContain(
      'nobody told the members of sets cali40masq-ipam-pools, cali40all-ipam-pools, cali40s:clients, cali40s:monitoring',
    )
    expect(assumptions).toContain('192.0.0.9 stands for the address of eth0, which nobody told')
  })

  it('is warned of where the answer may hang on a table that was not told', () => {
    expect(ask('filter-only', '10.0.0.1 > 10.96.0.1:443', { in: 'eth1', out: 'eth0' }).warnings).toEqual([
      '10.96.0.1:443 may be a Service or a published port: without the table nat nobody knows where it leads',
    ])
  })

  it('is warned of where the packet would be bridged', () => {
    expect(ask('ufw-docker+docker-host', '172.17.0.2 > 172.17.0.3:80').warnings).toEqual([
      'docker0 is a bridge: between two of its ports frames are bridged, not routed as here',
    ])
  })

  it('lists the rules that have no model, with their lines', () => {
    const told = ask('unmodelled', '10.0.0.1 > 10.0.1.1:22', { in: 'eth0', out: 'eth1' }).warnings
    expect(told.map((text) => [text.slice(0, 14), text.slice(text.lastIndexOf(': ') + 2)])).toEqual([
      ['dump-1.txt:5: ', 'target TPROXY --on-port 50080 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1 has no model'],
      ['dump-1.txt:4: ', 'target CHECKSUM --checksum-fill has no model, but lets every packet go on'],
      ['dump-1.txt:11:', 'match time has no model'],
      ['dump-1.txt:12:', 'match string has no model'],
      ['dump-1.txt:13:', 'match policy has no model'],
      ['dump-1.txt:14:', 'target NFQUEUE --queue-num 1 has no model'],
    ])
  })

  it('is both where nobody knows whether it is the host’s own packet', () => {
    const trace = askTexts(['-P INPUT ACCEPT\n-P FORWARD DROP\n-P OUTPUT ACCEPT\n'], '10.0.0.1 > 10.0.0.2:80')
    expect(endsOf(trace)).toEqual([
      '10.0.0.1 is an address of this host; 10.0.0.2 is an address of this host: delivered to this host, to tcp 0.0.0.0:80; the answer comes back',
      '10.0.0.1 is an address of this host; 10.0.0.2 is not an address of this host: sent out of output device to 10.0.0.2; the answer comes back',
      '10.0.0.1 is not an address of this host; 10.0.0.2 is an address of this host: delivered to this host, to tcp 0.0.0.0:80; the answer goes back out of input device to 10.0.0.1',
      '10.0.0.1 is not an address of this host; 10.0.0.2 is not an address of this host: NETFILTER_DROP: -t filter -P FORWARD DROP',
    ])
    expect(trace.disposition).toBe('depends')
    expect(trace.reason).toBe(
      'depends on whether 10.0.0.1 is an address of this host, and whether 10.0.0.2 is an address of this host',
    )
  })
})

describe('a question that makes no sense', () => {
  it.each([
    ['10.0.0.1 > 10.0.1.1:80', { in: 'lo' }, 'what comes in by lo is the host’s own'],
    ['10.0.0.1 > 10.0.1.1:80', { out: 'lo' }, 'what leaves by lo is for the host itself'],
    ['10.0.0.1 > 10.0.1.1:80', { in: 'no such device' }, '"no such device" is no name of a device'],
    ['127.0.0.1 > 10.0.1.1:80', { in: 'eth0' }, 'no packet from 127.0.0.1 comes in by eth0'],
    ['10.0.0.1 > 10.0.1.1:80', { hook: 'OUTPUT', in: 'eth0' }, 'a packet in OUTPUT has come in by no device'],
    ['10.0.0.1 > 10.0.1.1:80', { hook: 'INPUT', out: 'eth0' }, 'a packet in INPUT has no device yet to leave by'],
    ['10.0.0.1 > 10.0.1.1', { protocol: 'tcp' }, 'a tcp packet needs a port to go to'],
    ['10.0.0.1 > 10.0.1.1:70000', {}, '70000 is no port number'],
    ['pod/a > 10.0.1.1:80', {}, 'FROM "pod/a" is no IPv4 address with or without a port'],
  ] as const)('%s %o', (flow, options, message) => {
    expect(() => endsOf(ask('brief', flow, options))).toThrow(message)
  })

  it('names a device that is not there, where all were told', () => {
    expect(() => ask('kube-node', '203.0.113.7 > 192.0.2.10:22', { in: 'eth7' })).toThrow(
      'Cannot find device "eth7" (there are lo, eth0, cni0)',
    )
  })

  it('refuses texts without rules, and of several hosts', () => {
    expect(() => ask('docker-host', '203.0.113.7 > 192.0.2.10:22')).toThrow('there are no rules of iptables in it')
    const one = 'root@node-1:~# iptables -S FORWARD\n-P FORWARD DROP\n'
    expect(() => askTexts([one, one.replace('node-1', 'node-2')], '203.0.113.7 > 192.0.2.10:22')).toThrow(
      'these are prints of several hosts: node-1, node-2',
    )
  })

  it('goes by routes and policy rules of which nobody told the devices', () => {
    const rules = '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -o br0 -j ACCEPT\n-A FORWARD -i br0 -j ACCEPT\nCOMMIT\n'
    const routes = '$ ip route\ndefault via 10.0.0.9 dev eth0 \n10.0.0.0/24 dev eth0 scope link src 10.0.0.1 \n'
    const bridged = `${routes}172.20.0.0/16 dev br0 proto kernel scope link src 172.20.0.1 \n`
    const ends = (text: string, flow: string) => {
      const [, end = ''] = askTexts([rules, text], flow, { in: 'eth0' }).format('minimal').split('\n')
      return end.split(';')[0]
    }
    expect(ends(bridged, '10.0.0.7 > 172.20.0.5:53')).toMatch(/^forwarded out of br0 to 172\.20\.0\.5$/)
    expect(ends(routes, '10.0.0.7 > 172.20.0.5:53')).toMatch(/^dropped: .*-P FORWARD DROP$/)
    const policy =
      '$ ip rule\n0: from all lookup local\n90: from 10.0.0.7 lookup 7\n32766: from all lookup main\n' +
      '$ ip route show table all\nunreachable default table 7 \n' +
      bridged.slice(bridged.indexOf('default')) +
      'local 10.0.0.1 dev eth0 table local scope host src 10.0.0.1 \nlocal 172.20.0.1 dev br0 table local scope host src 172.20.0.1 \n'
    expect(ends(policy, '10.0.0.7 > 172.20.0.5:53')).toMatch(/^dropped: .*the route is unreachable$/)
    expect(ends(policy, '10.0.0.8 > 172.20.0.5:53')).toBe('forwarded out of br0 to 172.20.0.5')
  })

  it('goes on without a rule that cannot be read, and says in which file and line it stands', () => {
    const text = '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -m tcp --dport 99999999 -j ACCEPT\nCOMMIT\n'
    const trace = askTexts([text], '203.0.113.7 > 192.0.2.10:22', { in: 'eth0', out: 'eth1' })
    expect(trace.warnings).toContainEqual(expect.stringMatching(/^dump-1\.txt:3: a rule cannot be read/))
    expect(trace.disposition).toBe('depends')
  })
})

describe('a table of nftables that iptables did not make', () => {
  const RULES = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\nCOMMIT\n'
  const BOTH = [RULES, '# nft list tables\ntable ip filter\ntable inet firewalld\n']
  const LETS = 'the nftables table inet firewalld in host lets the packets be'

  it.each<[string, AskOptions]>([
    ['all hooks', { in: 'eth0', out: 'eth1' }],
    ['one hook', { in: 'eth0', out: 'eth1', hook: 'FORWARD' }],
  ])('is what the answer depends on, once for packet and answer: %s', (_, options) => {
    const trace = askTexts(BOTH, '1.2.3.4 > 10.1.2.3:80', options)
    expect(trace.disposition).toBe('depends')
    expect(trace.branches.map(({ conditions, disposition }) => [conditions?.length, disposition])).toEqual([
      [1, 'left'],
      [1, 'depends'],
    ])
    expect(trace.branches[0]?.conditions).toEqual([LETS])
    expect(trace.warnings.join()).toContain('the nftables table inet firewalld has no model')
    expect(schemaErrors(trace.data)).toEqual([])
  })

  it('is only told when it is about bridged frames or IPv6', () => {
    const trace = askTexts([RULES, '# nft list tables\ntable bridge x\ntable ip6 nat\n'], '1.2.3.4 > 10.1.2.3:80', {
      in: 'eth0',
      out: 'eth1',
    })
    expect(trace.disposition).not.toBe('depends')
    expect(trace.warnings.join()).toContain('the nftables table bridge x has no model')
    expect(trace.warnings.join()).not.toContain('ip6')
  })
})

describe('routes that were told without all that they need', () => {
  const RULES = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\nCOMMIT\n'
  const ROUTES = [
    'default via 10.0.0.254 dev eth0',
    '10.5.0.0/16 via 10.0.1.9 dev eth1 src 10.0.1.1',
    '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1',
    '10.0.1.0/24 dev eth1 proto kernel scope link src 10.0.1.1',
  ].join('\n')

  it('lead where they say, when the lines of table local are cut out of all tables’ print', () => {
    const texts = [RULES, `$ ip route show table all\n${ROUTES}\n`]
    expect(endsOf(askTexts(texts, '1.2.3.4 > 10.5.2.3:80', { in: 'eth0' }))).toEqual([
      'forwarded out of eth1 to 10.5.2.3; the answer goes back out of eth0 to 1.2.3.4',
    ])
  })

  it('lead where they say, when their source is no address of the devices that were told', () => {
    const devices = [1, 2].map(
      (number) =>
        `${number + 1}: eth${number - 1}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n` +
        `    link/ether 02:00:00:00:00:0${number} brd ff:ff:ff:ff:ff:ff\n    inet 10.0.${number - 1}.1/24 scope global eth${number - 1}\n`,
    )
    const moved = ROUTES.replace('eth1 src 10.0.1.1\n', 'eth1 src 10.0.1.77\n')
    const texts = [RULES, `$ ip addr\n${devices.join('')}`, `$ ip route\n${moved}\n`]
    expect(endsOf(askTexts(texts, '1.2.3.4 > 10.5.2.3:80', { in: 'eth0' }))).toEqual([
      'forwarded out of eth1 to 10.5.2.3; the answer goes back out of eth0 to 1.2.3.4',
    ])
  })
})
