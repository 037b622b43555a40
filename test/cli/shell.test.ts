import { describe, expect, it } from 'vitest'
import { cli, SHOP } from './support.ts'

const shell = (lines: string) => cli(['shell', '-f', SHOP], { stdin: lines })

describe('kubehop exec', () => {
  it('runs a command where the reference says, with its exit code', async () => {
    const { code, out } = await cli(['exec', '-f', SHOP, 'node/node-1', '--', 'sh', '-c', 'ip route | cat; exit 4'])
    expect(code).toBe(4)
    expect(out).toContain('10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink')
  })

  it.each([
    ['brctl show', /^cni0\t\t8000\.[0-9a-f]{12}\tno\t\tveth/m],
    ['ip addr show flannel.1', /inet 10\.244\.0\.0\/32 scope global flannel\.1/],
    ['route -n | grep flannel', /^10\.244\.1\.0 +10\.244\.1\.0 +255\.255\.255\.0 +UG .* flannel\.1\n$/],
    ['iptables -S -t nat | grep KUBE-SVC', /^-A KUBE-SERVICES -d \S+ -p tcp .* -j KUBE-SVC-[A-Z2-7]{16}$/m],
    ['ping -c1 -q 10.244.0.2 > /dev/null; conntrack -L', /^icmp +1 \d+ src=10\.244\.0\.1 dst=10\.244\.0\.2 type=8/m],
    [
      'tcpdump -n -c 1 -i cni0 icmp & sleep 0.1; ping -c1 -q 10.244.0.2; wait',
      / IP 10\.244\.0\.1 > 10\.244\.0\.2: ICMP echo request/,
    ],
  ])('shows on a node what is typed on a real one: %s', async (line, expected) => {
    const { code, out } = await cli(['exec', '-f', SHOP, 'node/node-1', '--', 'sh', '-c', line])
    expect(out).toMatch(expected)
    expect(code).toBe(0)
  })

  it('shows what comes by docker0, with names of ports', async () => {
    const line = 'tcpdump -i docker0 & sleep 0.1; nc -z 10.244.0.2 80; sleep 0.1; kill -INT %1; wait'
    const { code, out, err } = await cli([
      ...['exec', '-f', SHOP, '--bridge', 'docker0', 'node/node-1', '--', 'sh', '-c', line],
    ])
    expect(out).toMatch(/ IP 10\.244\.0\.1\.\d+ > 10\.244\.0\.2\.http: Flags \[S\]/)
    expect(err).toContain('packets captured')
    expect(code).toBe(0)
  })

  it('refuses a place that is none, and a command that is none', async () => {
    expect(await cli(['exec', '-f', SHOP, 'node/node-7', '--', 'true'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no node node-7'),
    })
    expect(await cli(['exec', '-f', SHOP, 'node/node-1', '--', 'strace', 'ls'])).toMatchObject({
      code: 2,
      err: 'error: the command strace is not modelled\n',
    })
  })
})

describe('kubehop shell', () => {
  it('runs line after line in one cluster', async () => {
    const { code, out, err } = await shell(
      'use deploy/frontend\nping -c1 -q 10.244.0.1\nuse node-1\nconntrack -C\nstep 10s\ntime\n\nexit\nfalse\n',
    )
    expect(err).toBe('')
    expect(out).toContain('1 received')
    expect(out.split('\n').slice(-3)).toEqual([
      expect.stringMatching(/^[1-9]$/),
      expect.stringMatching(/^10\.\d+ s/),
      '',
    ])
    expect(code).toBe(0)
  })

  it('says what to type instead', async () => {
    const { code, err } = await shell('ipp addr\nuse nod-1\nuse\nstep soon\nzzzzz\n')
    expect(err.split('\n')).toEqual([
      'ipp: there is no such command here; did you mean ip?',
      'error: there is no node and no pod nod-1 (did you mean node/node-1?)',
      'use: where? write use node/NAME, use pod/NAME or use external',
      'step: how long? write step 500ms, step 10s, step 2m',
      'zzzzz: there is no such command here; help lists what there is',
      '',
    ])
    expect(code).toBe(127)
  })

  it('knows what people type besides', async () => {
    const { err } = await shell('nslookup web\nvi x\nid\nsh\n')
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^nslookup: not modelled; names are looked up in .*: curl NAME/),
      'vi: not modelled; write a file with echo TEXT > FILE',
      'id: there is no such command here; help lists what there is',
      'error: a shell that asks for lines is not modelled (kubehop shell is one; or sh -c LINE)',
      '',
    ])
    expect(await cli(['exec', '-f', SHOP, 'web-0', '--', 'dig', 'web'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: the command dig is not modelled \(names are/),
    })
  })

  it('takes bare names, and says where one is', async () => {
    expect(await shell('use web-0\nhostname\nhostname -I\nuse node-1\nhostname -s\nhostname -I\n')).toMatchObject({
      out: 'web-0\n10.244.0.5 \nnode-1\n192.168.0.11 10.244.0.1 10.244.0.0 \n',
      err: '',
    })
    expect((await shell('use external\nhostname\n')).err).toContain('reading /etc/hostname is not modelled')
  })

  it('traces from where one is, and from elsewhere', async () => {
    const { out } = await shell(
      'use deploy/frontend\ntrace svc/cartservice:7070\ntrace external node/node-1 --detail minimal\ntrace --help\n',
    )
    expect(out).toContain('→ svc/cartservice:7070 (')
    expect(out).toContain('external (')
    expect(out).toContain('FROM is here when it is left out')
  })

  it('keeps what a trace leaves behind, and says what was supposed only when asked', async () => {
    const { out } = await shell(
      'use deploy/frontend\ntrace svc/cartservice:7070\nuse node-1\nconntrack -L -p tcp\ntrace external node/node-1 --all-branches\nassumptions | cat\n',
    )
    expect(out).toMatch(/^tcp .*dport=7070 src=10\.244\.1\.2 .*\[ASSURED\]/m)
    expect(out.indexOf('supposed: ')).toBeGreaterThan(out.indexOf('external ('))
  })

  it('helps', async () => {
    const { out } = await shell('help\ntopology | cat\n')
    expect(out).toContain('use node-1')
    expect(out).toContain('flannel.1')
  })

  it('opens a host with Docker, and no cluster', async () => {
    const lines =
      'docker run -d --name web -p 8080:80 nginx\nuse external\nnc -zv -w1 192.168.0.11 8080\nuse container/web\nip -br addr\ntrace host\nassumptions\n'
    const { out, err } = await cli(['shell', '--docker'], { stdin: lines })
    expect(err).toContain('192.168.0.11 8080 port [tcp/*] succeeded')
    expect(out).toContain('172.17.0.2/16')
    expect(out).toContain('container/web (172.17.0.2) → host (192.168.0.11)  icmp\ndelivered in host')
    expect(err).toContain('error: a cluster on a host with Docker alone is not modelled')
    expect(await cli(['shell'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('-f FILE is missing (or --docker'),
    })
  })
})
