import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectorScript } from '../../src/collect/index.ts'

/*
 * The two awk programs of the collector alone, in every awk that is installed: whose a namespace is, and how text becomes JSON.
 */

const AWKS = [['mawk'], ['gawk'], ['original-awk'], ['busybox', 'awk']].filter(
  ([program]) => spawnSync('which', [program!]).status === 0,
)
const SEED = Number(process.env.KUBEHOP_SEED ?? 7)
const RUNS = Number(process.env.KUBEHOP_RUNS ?? 20)

function program(name: string): string {
  const [, text] = new RegExp(`^${name}='\n([^']*)'$`, 'm').exec(collectorScript()) ?? []
  return text!
}

function run([awk, ...words]: readonly string[], name: string, values: Record<string, string>, input: Buffer): string {
  const settings = Object.entries(values).flatMap(([key, value]) => ['-v', `${key}=${value}`])
  const { stdout, stderr, status } = spawnSync(awk!, [...words, ...settings, program(name)], {
    input,
    env: { LC_ALL: 'C', PATH: process.env.PATH },
    maxBuffer: 2 ** 28,
  })
  expect(`${status}`, stderr.toString()).toBe('0')
  return stdout.toString()
}

/** The prints of the only namespace of a document, and its failures, after the one that writes it was told them. */
function document(awk: readonly string[], prints: readonly (readonly [how: string, key: string, text: Buffer])[]) {
  const line = (text: string): Buffer => Buffer.from(`MARK ${text}\n`)
  const input = Buffer.concat([
    line('host node'),
    line('first 1'),
    line('namespace 1'),
    ...prints.flatMap(([how, key, text]) => [line(`print ${how} ${key}`), text, Buffer.from('\n'), line('done 0')]),
    line('end'),
  ])
  const json = run(awk, 'TO_JSON', { mark: 'MARK' }, input)
  const { hosts } = JSON.parse(json) as {
    hosts: { namespaces: { prints: Record<string, unknown> }[]; failures: { command: string; message: string }[] }[]
  }
  return { json, prints: hosts[0]!.namespaces[0]!.prints, failures: hosts[0]!.failures }
}

/** Where it begins and ends to be wrong is a matter of taste; that something is, is not. */
const collapsed = (text: string): string => text.replaceAll(/\ufffd+/g, '\ufffd')

const octets = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc.string({ unit: 'binary', maxLength: 3000 }).map((text) => Buffer.from(text)),
  fc.array(fc.constantFrom(0x22, 0x5c, 0x09, 0x0a, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x90, 0x80, 0x61, 0x27), {
    maxLength: 3000,
  }),
)

describe.each(AWKS)('text becomes JSON in %s', (...awk) => {
  it('whatever octets it has', () => {
    fc.assert(
      fc.property(fc.array(octets, { minLength: 1, maxLength: 20 }), (texts) => {
        // the shell's pipe has taken out NUL
        const buffers = texts.map((each) => Buffer.from([...each].map((octet) => octet || 0xff)))
        const { prints } = document(
          awk,
          buffers.map((buffer, i) => ['text', `key ${i}`, buffer]),
        )
        expect(Object.values(prints).map((text) => collapsed(text as string))).toEqual(
          buffers.map((buffer) => collapsed(new TextDecoder('utf-8', { ignoreBOM: true }).decode(buffer))),
        )
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })

  it('JSON stays what it is, and what is none becomes text', () => {
    const json = fc.oneof(
      fc.json(),
      fc.json({ maxDepth: 8, stringUnit: 'binary' }),
      fc.array(fc.jsonValue(), { minLength: 100, maxLength: 200 }).map((value) => JSON.stringify(value)),
    )
    const spoilt = fc
      .tuple(json, fc.nat(), fc.constantFrom('', '"', '}', ',', '\\', '[', '01', 'x', ' ', '\n'))
      .map(([text, at, by]) => `${text.slice(0, at % text.length)}${by}${text.slice((at % text.length) + 1)}`)
    fc.assert(
      fc.property(fc.array(fc.oneof(json, spoilt), { minLength: 1, maxLength: 30 }), (texts) => {
        const buffers = texts.map((text) => Buffer.from(text))
        const { prints, failures } = document(
          awk,
          buffers.map((buffer, i) => ['json', `ip -j ${i}`, buffer]),
        )
        for (const [i, buffer] of buffers.entries()) {
          const text = buffer.toString()
          let value: unknown
          try {
            value = JSON.parse(text)
          } catch {
            const begun = /^[ \n\t]*[[{]/.test(text)
            expect(prints[begun ? `ip -j ${i}` : `ip ${i}`]).toBe(text)
            expect(failures.some(({ command }) => command === `ip -j ${i}`)).toBe(begun)
            continue
          }
          expect(prints[`ip -j ${i}`]).toEqual(value)
        }
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })

  it('iproute2’s apostrophes and raw control characters are mended', () => {
    const text = `[{"ifalias":"don\\'t \\\\' \x01 \\"${'é'.repeat(2000)}"}]`
    const { prints, failures } = document(awk, [['json', 'ip -j address', Buffer.from(text)]])
    expect(prints['ip -j address']).toEqual([{ ifalias: `don't \\' \x01 "${'é'.repeat(2000)}` }])
    expect(failures).toEqual([])
  })

  it('a long list of connections is cut off, and nothing else is', () => {
    const lines = Buffer.from('icmp 1 29 src=10.0.0.1\n'.repeat(100_005))
    const { prints, failures } = document(awk, [
      ['entries', 'conntrack -L', lines],
      ['text', 'ipset save', lines],
    ])
    expect((prints['conntrack -L'] as string).match(/\n/g)).toHaveLength(100_000)
    expect((prints['ipset save'] as string).match(/\n/g)).toHaveLength(100_005)
    expect(failures).toMatchObject([
      { command: 'conntrack -L', status: 0, message: 'only the first 100000 of 100005 connections' },
    ])
  })

  it('what stands in /proc is told as the tools tell it', () => {
    const proc = `ipv4     2 udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1 mark=0 zone=0 use=2
ipv6     10 icmpv6   58 29 src=fe80::1 dst=fe80::2 type=128 code=0 id=1 src=fe80::2 dst=fe80::1 type=129 code=0 id=1 mark=0 zone=0 use=2`
    const sockets = `/proc/net/tcp:  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
/proc/net/tcp:   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
/proc/net/tcp:   1: 0200000A:0016 0100000A:D431 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
/proc/net/tcp6:   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
/proc/net/tcp6:   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
/proc/net/udp:  12: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0`
    const big = sockets.replace('0100007F', '7F000001')
    const listeners = [
      'tcp   LISTEN 0      0      127.0.0.1:5432 0.0.0.0:*',
      'tcp   LISTEN 0      0      *:80 *:*',
      'udp   UNCONN 0      0      0.0.0.0:53 0.0.0.0:*',
      '',
    ].join('\n')
    const sysctls = '/proc/sys/net/ipv4/conf/eth0.7/forwarding:1\n/proc/sys/net/ipv4/tcp_rmem:4096\t131072\t6291456\n'
    const { prints } = document(awk, [
      ['proc-entries', 'conntrack -L', Buffer.from(proc)],
      ['sockets-x86_64', 'ss little', Buffer.from(sockets)],
      ['sockets-s390x', 'ss big', Buffer.from(big)],
      ['sysctl', 'sysctl -a', Buffer.from(`${sysctls}/proc/sys/net/ipv4/tcp_fastopen_key:1-2-3-4\n`)],
      ['sysctl', 'none', Buffer.from('')],
    ])
    expect(prints).toEqual({
      'conntrack -L':
        'udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1 mark=0 use=2\n',
      'ss little': listeners,
      'ss big': listeners,
      'sysctl -a': 'net.ipv4.conf.eth0/7.forwarding = 1\nnet.ipv4.tcp_rmem = 4096\t131072\t6291456\n',
      none: '',
    })
  })
})

const A = 'a'.repeat(64)
const B = 'b'.repeat(64)
const UID = '0b5c7a1e-1f2d-4c3b-9a8e-5d6f7a8b9c0d'
const UNDERSCORED = UID.replaceAll('-', '_')
const STATIC = '0123456789abcdef0123456789abcdef'

/** Names and owners as they are told, without the marks. */
function ownersOf(awk: readonly string[], sections: Record<string, readonly string[]>): string[] {
  const input = Object.entries(sections).flatMap(([name, lines]) => [`@${name}`, ...lines])
  const told = run(awk, 'FIND', { mark: 'MARK', root: '/root', host: '1' }, Buffer.from(`${input.join('\n')}\n`))
  return told.split('\n').filter((line) => line !== '' && line !== 'MARK first 1')
}

describe.each(AWKS)('namespaces and owners in %s', (...awk) => {
  const link = (pid: number, inode: number): string =>
    `lrwxrwxrwx 1 0 0 0 Jan  1 00:00 /proc/${pid}/ns/net -> net:[${inode}]`
  const owner = (value: object): string => `MARK owner 4026532178 ${JSON.stringify(value)}`
  const processes = [link(1, 1), link(70, 4026532178), link(71, 4026532178)]
  const ways = ['ns 1 /proc/1/ns/net', 'ns 4026532178 /proc/70/ns/net', 'ns 4026532178 /proc/71/ns/net']

  it.each([
    [
      'systemd, v2, containerd',
      `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${UNDERSCORED}.slice/cri-containerd-${A}.scope`,
    ],
    [
      'systemd, v2, CRI-O',
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UNDERSCORED}.slice/crio-${A}.scope`,
    ],
    ['systemd, v2, CRI-O, below', `0::/kubepods.slice/kubepods-pod${UNDERSCORED}.slice/crio-${A}.scope/container`],
    ['systemd, v1, docker', `11:memory:/kubepods.slice/kubepods-pod${UNDERSCORED}.slice/docker-${A}.scope`],
    ['cgroupfs, v1', `4:cpu,cpuacct:/kubepods/burstable/pod${UID}/${A}`],
    ['cgroupfs, v2', `0::/kubepods/pod${UID}/${A}`],
    [
      'containerd, of which nobody told that systemd is there',
      `0::/system.slice/containerd.service/kubepods-burstable-pod${UNDERSCORED}.slice:cri-containerd:${A}`,
    ],
    [
      'below the cgroup of who looks',
      `0::/../../kubepods-besteffort-pod${UNDERSCORED}.slice/cri-containerd-${A}.scope`,
    ],
    [
      'kind',
      `0::/system.slice/docker-${B}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UNDERSCORED}.slice/cri-containerd-${A}.scope`,
    ],
  ])('a pod by its cgroup: %s', (_, cgroup) => {
    expect(ownersOf(awk, { processes, cgroups: [`/proc/70/cgroup:${cgroup}`] })).toEqual([
      owner({ kind: 'pod', uid: UID, containers: [A] }),
      ...ways,
    ])
  })

  it.each([
    ['cgroupfs', `2:cpu:/docker/${A}`],
    ['systemd', `0::/system.slice/docker-${A}.scope`],
    ['podman', `0::/machine.slice/libpod-${A}.scope/container`],
  ])('a container by its cgroup: %s', (_, cgroup) => {
    const cgroups = [`/proc/70/cgroup:${cgroup}`, `/proc/70/cgroup:${cgroup}`]
    expect(ownersOf(awk, { processes, cgroups, docker: [`${A} redis`, `${B} other`] })).toEqual([
      owner({ kind: 'container', name: 'redis', containers: [A] }),
      ...ways,
    ])
  })

  it('not what watches over a container, nor a session of a user', () => {
    const cgroups = [
      `/proc/70/cgroup:0::/system.slice/crio-conmon-${A}.scope`,
      '/proc/71/cgroup:0::/user.slice/user-0.slice/session-1.scope',
    ]
    expect(ownersOf(awk, { processes, cgroups })).toEqual(ways)
  })

  it('a pod has the name of the folder of its logs, also a static one', () => {
    const cgroups = [`/proc/70/cgroup:0::/kubepods/pod${UID}/${A}`, `/proc/71/cgroup:0::/kubepods/pod${STATIC}/${B}`]
    const logs = [`shop_web-0_${UID}`, `kube-system_etcd-node-1_${STATIC}`, 'stray']
    expect(ownersOf(awk, { processes, cgroups, logs })).toEqual([
      owner({ kind: 'pod', name: 'web-0', namespace: 'shop', uid: UID, containers: [A] }),
      owner({ kind: 'pod', name: 'etcd-node-1', namespace: 'kube-system', uid: STATIC, containers: [B] }),
      ...ways,
    ])
  })

  it('or the name that its sandbox has in the arguments of CNI, or in the list of crictl', () => {
    const cgroups = [`/proc/70/cgroup:0::/kubepods/pod${UID}/${A}`, `/proc/71/cgroup:0::/kubepods/pod${UID}/${B}`]
    const expected = [owner({ kind: 'pod', name: 'web-0', namespace: 'shop', uid: UID, containers: [A, B] }), ...ways]
    const cni = [
      `{"kind":"cniCacheV1","containerId":"${A}","config":"c2VjcmV0","ifName":"eth0","cniArgs":[["IgnoreUnknown","1"],["K8S_POD_NAMESPACE","shop"],["K8S_POD_NAME","web-0"],["K8S_POD_INFRA_CONTAINER_ID","${A}"]],"result":{}}`,
    ]
    expect(ownersOf(awk, { processes, cgroups, cni })).toEqual(expected)
    const cri = [
      'POD ID                                                             CREATED             STATE               NAME                NAMESPACE           ATTEMPT             RUNTIME',
      `${A}   2 hours ago         Ready               web-0               shop                0                   (default)`,
    ]
    expect(ownersOf(awk, { processes, cgroups, cri })).toEqual(expected)
  })

  it('CNI knows the namespace by its path, where no process tells', () => {
    const mounts = ['36 25 0:4 net:[4026532178] /run/netns/cni-1 rw,relatime - nsfs nsfs rw']
    const cni = [
      `{"containerId":"${A}","cniArgs":[["K8S_POD_NAMESPACE","shop"],["K8S_POD_NAME","web-0"],["K8S_POD_UID","${UID}"]],"result":{"interfaces":[{"name":"eth0","sandbox":"/var/run/netns/cni-1"}]}}`,
    ]
    expect(ownersOf(awk, { mounts, processes: [link(1, 1)], cni })).toEqual([
      owner({ kind: 'pod', name: 'web-0', namespace: 'shop', uid: UID, containers: [A] }),
      'ns 1 /proc/1/ns/net',
      'MARK name 4026532178 cni-1',
      'ns 4026532178 /root/run/netns/cni-1',
    ])
  })

  it('a container is where its first process is: another one may have entered the host', () => {
    const all = [...processes, link(900, 1)]
    const cgroups = [900, 70].map((pid) => `/proc/${pid}/cgroup:0::/kubepods/pod${UID}/${A}`)
    const told = ownersOf(awk, { processes: all, cgroups })
    expect(told.filter((line) => line.includes('owner'))).toEqual([owner({ kind: 'pod', uid: UID, containers: [A] })])
  })

  it('names are below /run/netns, with their odd characters; what was mounted last has the name', () => {
    const mounts = [
      '36 25 0:4 net:[4026532178] /run/netns/odd\\040name rw - nsfs nsfs rw',
      '37 25 0:4 net:[4026532179] /run/netns/twice rw - nsfs nsfs rw',
      '38 25 0:4 net:[4026532180] /run/netns/twice rw - nsfs nsfs rw',
      '39 25 0:4 net:[4026532178] /run/docker/netns/0b1c rw - nsfs nsfs rw',
      '40 25 0:4 mnt:[4026532181] /run/snapd/ns/lxd.mnt rw - nsfs nsfs rw',
    ]
    expect(ownersOf(awk, { mounts })).toEqual([
      'MARK name 4026532178 odd name',
      'ns 4026532178 /root/run/netns/odd name',
      'ns 4026532178 /root/run/docker/netns/0b1c',
      'ns 4026532179 /root/run/netns/twice',
      'MARK name 4026532180 twice',
      'ns 4026532180 /root/run/netns/twice',
    ])
  })

  it('what is no name of Kubernetes is left out', () => {
    const cgroups = [`/proc/70/cgroup:0::/kubepods/pod${UID}/${A}`]
    const logs = [`shop_we"b_${UID}`]
    expect(ownersOf(awk, { processes, cgroups, logs })[0]).toBe(
      owner({ kind: 'pod', namespace: 'shop', uid: UID, containers: [A] }),
    )
  })
})
