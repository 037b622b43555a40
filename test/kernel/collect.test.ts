import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labObstacle } from '../../src/lab/index.ts'
import { type HostSnapshot, type NamespaceSnapshot, readSnapshot } from '../../src/snapshot/index.ts'
import { schemaErrors } from '../snapshot/schema.ts'

/*
 * A host with three namespaces besides its own, one of which has no name, built in namespaces of its own: its process 1 is the script that builds it. It
 * is collected with every shell and awk that is installed, and with next to no tools.
 */

const obstacle = labObstacle()
if (obstacle !== null) console.warn(`Collecting is not tried: ${obstacle}.`)

const SCRIPT = fileURLToPath(new URL('../../src/collect/collect.sh', import.meta.url))
const UID = '0b5c7a1e-1f2d-4c3b-9a8e-5d6f7a8b9c0d'
const WEB = 'a'.repeat(64)
const REDIS = 'b'.repeat(64)
const ALIAS = Buffer.concat([Buffer.from('don\'t "say" \\ é '), Buffer.from([0xff, 0x01])])

const isThere = (program: string): boolean => spawnSync('which', [program]).status === 0
const SHELLS = ['dash', 'bash', 'busybox'].filter(isThere)
const AWKS = ['mawk', 'gawk', 'original-awk', 'busybox'].filter(isThere)

/** Where the host finds it: what else there is may lie below a folder that is private there. */
const COPY = '/mnt/collect.sh'

const HOST = `
set -e
mount --bind "$OUT" /mnt
for folder in /run /tmp /var/log /var/lib; do mount -t tmpfs private $folder; done
mkdir -p /run/netns /var/log/pods/shop_web-0_${UID} /var/lib/cni/results
cd /mnt

quiet='net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0'
sysctl -qw $quiet net.ipv4.ip_forward=1
ip link set lo up
ip link add cni0 type bridge
ip addr add 10.244.0.1/24 dev cni0
ip link set cni0 up
add() {
  ip netns add "$1"
  ip netns exec "$1" sysctl -qw $quiet
  ip link add veth$3 type veth peer name eth0 netns "$1"
  ip link set veth$3 master cni0 up
  ip -n "$1" addr add $2/24 dev eth0
  ip -n "$1" link set eth0 up
  ip -n "$1" link set lo up
  ip -n "$1" route add default via 10.244.0.1
}
add cni-web 10.244.0.2 0
add 'odd name' 10.244.0.3 1
add nameless 10.244.0.4 2
ip link set veth1 alias "$(cat alias)"
ip link add name eth9.7 type veth peer name eth9peer

TOKEN=s3cr3t-environment bash -c 'sleep 1000; :' s3cr3t-argument &
TOKEN=s3cr3t-environment ip netns exec 'odd name' bash -c 'sleep 1000; :' s3cr3t-argument &
TOKEN=s3cr3t-environment ip netns exec cni-web bash -c 'nc -l -p 8080 <&0' s3cr3t-argument &
TOKEN=s3cr3t-environment ip netns exec cni-web bash -c 'sleep 1000 | nc -l -p 9090' s3cr3t-argument &
sleep 0.3
TOKEN=s3cr3t-environment ip netns exec nameless bash -c '{ echo s3cr3t-payload; sleep 1000; } | nc 10.244.0.2 9090' s3cr3t-argument &
ip netns exec nameless sleep 1000 &
engine=$!
ip netns exec cni-web sleep 1000 &
pause=$!
sleep 0.3
umount /run/netns/nameless
rm /run/netns/nameless

iptables -t nat -A POSTROUTING -s 10.244.0.0/16 -m comment --comment "it's \\"quoted\\" \\\\ and back" -j MASQUERADE
iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables-legacy -A FORWARD -j ACCEPT
ipset create pods hash:ip
ipset add pods 10.244.0.2
nft add table inet mine

# Cgroups as a container engine makes them.
echo '0::/kubepods.slice/kubepods-pod${UID.replaceAll('-', '_')}.slice/cri-containerd-${WEB}.scope' >web.cgroup
echo '0::/system.slice/docker-${REDIS}.scope' >redis.cgroup
mount --bind web.cgroup /proc/$pause/cgroup
mount --bind redis.cgroup /proc/$engine/cgroup

within() {
  "$@"
  ip netns exec cni-web "$@"
  ip netns exec 'odd name' "$@"
  nsenter -t $engine -n "$@"
}
# Nobody lists links here: that alone gives namespaces numbers.
files() {
  cat /proc/self/mountinfo
  within sh -c 'cat /proc/net/ip_tables_names; nft list ruleset; ipset list'
  if [ -e /proc/modules ]; then cut -d' ' -f1 /proc/modules; fi
  find /run /tmp /var/log /var/lib -exec ls -ld --time-style=full-iso {} +
}
devices() {
  within sh -c 'ip -d link show; ip -s route show table all; ip rule; ip netns list-id; sysctl -a 2>/dev/null' |
    sed -E 's/[a-z_]*timer +[0-9.]+//g' | grep -v -E 'random|_count|fs\\.|vm\\.|kernel\\.'
}

files >files.before
sh ${COPY} >first.json 2>first.err
files >files.after
devices >devices.before
for shell in ${SHELLS.join(' ')}; do
  case $shell in busybox) run='busybox sh' ;; *) run=$shell ;; esac
  $run <${COPY} >shell-$shell.json
done
for awk in ${AWKS.join(' ')}; do
  mkdir -p /tmp/$awk
  if [ $awk = busybox ]; then
    for tool in awk grep ls xargs tr date uname id readlink cat mount mkdir rm nsenter unshare timeout; do ln -s "$(command -v busybox)" /tmp/$awk/$tool; done
  else ln -s "$(command -v $awk)" /tmp/$awk/awk; fi
  PATH=/tmp/$awk:$PATH sh ${COPY} >awk-$awk.json
  rm -r /tmp/$awk
done
devices >devices.after

# With container engines. Docker's socket may be there without Docker.
mkdir -p /tmp/engines /run/containerd
echo '#!/bin/sh
[ "$*" = "-H unix:///proc/1/root/run/docker.sock ps --no-trunc --format {{.ID}} {{.Names}}" ] && echo "${REDIS} redis"' >/tmp/engines/docker
echo '#!/bin/sh
[ "$*" = "--runtime-endpoint unix:///proc/1/root/run/containerd/containerd.sock pods --no-trunc" ] || exit 1
echo "POD ID     CREATED             STATE     NAME      NAMESPACE     ATTEMPT     RUNTIME"
echo "${WEB}     About an hour ago   Ready     web-0     shop          0           (default)"' >/tmp/engines/crictl
chmod +x /tmp/engines/*
rm -r /var/log/pods/*
nc -lU /run/docker.sock &
nc -lU /run/containerd/containerd.sock &
sleep 0.2
PATH=/tmp/engines:$PATH sh ${COPY} >engine-asleep.json
printf 1 >/run/docker.pid
PATH=/tmp/engines:$PATH sh ${COPY} >engine.json

# On kernels that have less, or do not say what they have.
printf '0 T register_netdevice\\n0 t ip_set_create.llvm.42\\n0 t ctnetlink_init\\t[nf_conntrack_netlink]\\n' >kallsyms
mount --bind kallsyms /proc/kallsyms
sh ${COPY} >modular.json
: >kallsyms
sh ${COPY} >silent.json
umount /proc/kallsyms

# In a pod with the host's processes: its own files, name and network.
unshare --mount --uts sh -c 'mount -t tmpfs private /run; hostname pod; nsenter -t $1 -n sh $2' sh $engine ${COPY} >pod.json

# Where iptables has one name alone: a link, or a wrapper that says nothing by its name.
mkdir /tmp/one
for tool in ip sh awk grep ls xargs tr date uname id readlink cat nsenter; do ln -s "$(readlink -f "$(command -v $tool)")" /tmp/one/$tool; done
cp "$(readlink -f "$(command -v iptables-nft-save)")" /tmp/xtables-nft-multi
cp "$(readlink -f "$(command -v iptables-legacy-save)")" /tmp/xtables-legacy-multi
one() {
  unshare --mount sh -c 'mkdir -p /tmp/empty; for folder in /usr/sbin /usr/local/sbin; do mount --bind /tmp/empty $folder; done; PATH=/tmp/one /tmp/one/sh $0' ${COPY} >$1.json
}
ln -s /tmp/xtables-nft-multi /tmp/one/iptables-save
one link-nft
ln -sf /tmp/xtables-legacy-multi /tmp/one/iptables-save
one link-legacy
rm /tmp/one/iptables-save
for kind in nft legacy; do
  mkdir /tmp/$kind-bin
  for name in iptables iptables-save; do
    ln -s /tmp/xtables-$kind-multi /tmp/$kind-bin/$name
    printf '#!/bin/sh\\nexec /tmp/%s-bin/%s "$@"\\n' $kind $name >/tmp/one/$name
    chmod +x /tmp/one/$name
  done
  one wrapped-$kind
  rm /tmp/one/iptables /tmp/one/iptables-save
done

# With next to no tools.
mkdir /tmp/few
for tool in ip sh awk grep ls xargs tr date uname id readlink cat; do ln -s "$(readlink -f "$(command -v $tool)")" /tmp/few/$tool; done
mkdir -p /tmp/empty
mount --bind /tmp/empty /usr/sbin
mount --bind /tmp/empty /usr/local/sbin
[ -L /sbin ] || mount --bind /tmp/empty /sbin
PATH=/tmp/few /bin/sh ${COPY} >few.json
`

describe.skipIf(obstacle !== null)('collect.sh', () => {
  const out = mkdtempSync(path.join(tmpdir(), 'kubehop-collect-'))
  const text = (name: string): string => readFileSync(path.join(out, name), 'utf8')
  const host = (name: string): HostSnapshot => readSnapshot(text(name), name).hosts[0]!
  const space = ({ namespaces }: HostSnapshot, name: string): NamespaceSnapshot =>
    namespaces.find((each) => (name === '' ? each.host : each.names?.includes(name)))!

  beforeAll(() => {
    writeFileSync(path.join(out, 'alias'), ALIAS)
    writeFileSync(path.join(out, 'host.sh'), HOST)
    copyFileSync(SCRIPT, path.join(out, 'collect.sh'))
    const options = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
    const { status, stderr } = spawnSync('unshare', [...options, 'bash', path.join(out, 'host.sh')], {
      encoding: 'utf8',
      env: { ...process.env, OUT: out },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    expect(`${status} ${stderr}`).toMatch(/^0 /)
  }, 120_000)
  afterAll(() => rmSync(out, { recursive: true }))

  it('records the namespaces of the host, with and without a name', () => {
    const { namespaces, failures } = host('first.json')
    expect(namespaces.map(({ names, host: isHost }) => [isHost, names])).toEqual([
      [true, undefined],
      [undefined, ['cni-web']],
      [undefined, ['odd name']],
      [undefined, undefined],
    ])
    expect(failures).toEqual([])
    expect(text('first.err')).toBe('kubehop collect: 4 namespaces\n')
    expect(schemaErrors(JSON.parse(text('first.json')))).toEqual([])
  })

  it('tells whose they are', () => {
    const { namespaces } = host('first.json')
    expect(namespaces.map(({ owners }) => owners)).toEqual([
      undefined,
      [{ kind: 'pod', name: 'web-0', namespace: 'shop', uid: UID, containers: [WEB] }],
      undefined,
      [{ kind: 'container', containers: [REDIS] }],
    ])
  })

  it('asks container engines for names, those that run', () => {
    const ownersIn = (name: string) => host(name).namespaces.map(({ owners }) => owners)
    const pod = { kind: 'pod', name: 'web-0', namespace: 'shop', uid: UID, containers: [WEB] }
    const container = { kind: 'container', containers: [REDIS] }
    expect(ownersIn('engine-asleep.json')).toEqual([undefined, [pod], undefined, [container]])
    expect(ownersIn('engine.json')).toEqual([undefined, [pod], undefined, [{ ...container, name: 'redis' }]])
  })

  it('tells in which namespace the other end of a device is, from both ends, although nobody has listed links before', () => {
    const { namespaces } = host('first.json')
    const [own, ...others] = namespaces
    const numbers = (each: NamespaceSnapshot): string[] =>
      (each.prints['ip netns list-id'] as string).split('\n').slice(0, -1).sort()
    expect(numbers(own!)).toEqual(others.map(({ id }, i) => `nsid ${i} (iproute2 netns name: ${id})`))
    for (const each of others) expect(numbers(each)).toEqual([`nsid 0 (iproute2 netns name: ${own!.id})`])
  })

  it('keeps what was printed, character by character', () => {
    const { prints } = space(host('first.json'), '')
    const links = prints['ip -d -j address show'] as { readonly ifname: string; readonly ifalias?: string }[]
    expect(links.find(({ ifname }) => ifname === 'veth1')?.ifalias).toBe('don\'t "say" \\ é \ufffd\x01')
    const rules = prints['iptables-nft-save -c'] as string
    expect(rules).toContain(`--comment "it\\'s \\"quoted\\" \\\\ and back" -j MASQUERADE\nCOMMIT\n`)
    expect(prints['iptables-legacy-save -c']).toMatch(
      /^# Generated .*\n\*filter\n(?:[:[].*\n)*\[\d+:\d+\] -A FORWARD -j ACCEPT\nCOMMIT\n/,
    )
    expect(prints['ipset save']).toMatch(/^create pods hash:ip .*\nadd pods 10\.244\.0\.2\n$/)
    expect((prints['nft list tables'] as string).split('\n').sort()).toEqual([
      '',
      'table inet mine',
      'table ip filter',
      'table ip nat',
    ])
  })

  it('names sysctls as sysctl(8) does, and leaves out what is secret', () => {
    const own = space(host('first.json'), '').prints['sysctl -a'] as string
    expect(own).toMatch(/^net\.ipv4\.ip_forward = 1$/m)
    expect(own).toMatch(/^net\.ipv4\.conf\.eth9\/7\.rp_filter = [012]$/m)
    expect(own).toMatch(/^net\.netfilter\.nf_conntrack_max = \d+$/m)
    expect(own).not.toContain('fastopen_key')
    const web = space(host('first.json'), 'cni-web').prints['sysctl -a'] as string
    expect(web).toMatch(/^net\.ipv4\.conf\.eth0\.forwarding = [01]$/m)
    expect(web).not.toContain('cni0')
  })

  it('records listeners and connections', () => {
    const { namespaces } = host('first.json')
    expect(namespaces[1]!.prints['ss -H -l -n -t -u']).toMatch(/^tcp +LISTEN +0 +\d+ +0\.0\.0\.0:8080 /m)
    expect(namespaces[0]!.prints['conntrack -L']).toMatch(/^(?:[a-z]+ +\d+ \d+ .*src=.*\n)*$/)
  })

  it('changes nothing', () => {
    expect(text('files.after')).toBe(text('files.before'))
    expect(text('devices.after')).toBe(text('devices.before'))
  })

  it('records no arguments, environment or payload of processes', () => {
    for (const name of ['first.json', 'few.json']) expect(text(name)).not.toContain('s3cr3t')
  })

  it.each([...SHELLS.map((each) => `shell-${each}.json`), ...AWKS.map((each) => `awk-${each}.json`)])(
    'is the same in %s',
    (name) => {
      // times, timers, counters, and what neighbours are believed to be
      const still = (json: string): string =>
        json
          .replaceAll(/\b(?:REACHABLE|STALE|DELAY|PROBE)\b/g, 'KNOWN')
          .replaceAll(/(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [^"\\]*/g, 'TIME')
          .replaceAll(/[0-9]+/g, 'N')
      expect(readSnapshot(text(name)).hosts).toHaveLength(1)
      expect(still(text(name))).toBe(still(text('first.json')))
    },
  )

  it('finds the host from a pod that has its processes', () => {
    const [pod, first] = [host('pod.json'), host('first.json')]
    expect(pod.name).toBe(first.name)
    const known = ({ namespaces }: HostSnapshot) =>
      namespaces.map(({ id, names, host: isHost, prints }) => [id, names, isHost, prints['ip netns list-id']])
    expect(known(pod)).toEqual(known(first))
  })

  it.each(['link-nft', 'wrapped-nft', 'link-legacy', 'wrapped-legacy'])(
    'files iptables-save by its back end: %s',
    (name) => {
      const { namespaces, failures, tools } = host(`${name}.json`)
      const [mine, other] = name.endsWith('nft') ? ['nft', 'legacy'] : ['legacy', 'nft']
      const rules = namespaces[0]!.prints[`iptables-${mine}-save -c`]
      expect(rules).toContain(mine === 'nft' ? '-j MASQUERADE' : '-A FORWARD -j ACCEPT')
      expect(tools).toHaveProperty(
        [`iptables-${mine}-save`],
        expect.stringContaining(mine === 'nft' ? 'nf_tables' : 'legacy'),
      )
      expect(failures).toContainEqual(expect.objectContaining({ command: `iptables-${other}-save -c`, status: 127 }))
    },
  )

  it('asks nothing of the kernel that would make it load a module', () => {
    const { namespaces, failures } = host('modular.json')
    const { prints } = namespaces[0]!
    expect([prints['iptables-nft-save -c'], prints['nft list tables'], prints['ip xfrm policy']]).toEqual([
      '',
      '',
      undefined,
    ])
    expect(prints['ipset save']).toContain('add pods 10.244.0.2\n')
    expect(prints['iptables-legacy-save -c']).toContain('-A FORWARD -j ACCEPT')
    expect(failures).toEqual([
      {
        netns: namespaces[1]!.id,
        command: 'ss -H -l -n -t -u',
        status: 0,
        message: expect.stringContaining('read from /proc/net/tcp'),
      },
    ])
  })

  it('does not ask a kernel that does not say what it has', () => {
    const { namespaces, failures } = host('silent.json')
    const { id, prints } = namespaces[0]!
    const refused = failures!.filter(({ netns, status }) => netns === id && status !== 0)
    expect(refused.map(({ command }) => command)).toEqual(['ipset save', 'iptables-nft-save -c', 'nft list tables'])
    for (const { command } of refused) expect(prints).not.toHaveProperty([command])
    expect(prints).toHaveProperty(['conntrack -L'])
    expect(prints).toHaveProperty(['ss -H -l -n -t -u'])
  })

  it('does without most tools, and tells what it could not ask', () => {
    const { namespaces, failures } = host('few.json')
    expect(namespaces.map(({ names }) => names)).toEqual([undefined, ['cni-web'], ['odd name']])
    expect(failures!.map(({ command, status }) => [command, status])).toEqual(
      expect.arrayContaining([
        ['nsenter', 127],
        ['bridge fdb show', 127],
        ['iptables-nft-save -c', 127],
        ['iptables-legacy-save -c', 127],
        ['ipset save', 127],
        ['nft list tables', 127],
      ]),
    )
    const web = namespaces[1]!.prints
    expect((web['ip -d -j address show'] as object[]).length).toBe(2)
    expect(web['sysctl -a']).toContain('net.ipv4.conf.eth0.forwarding')
    // from /proc/net
    expect((web['ss -H -l -n -t -u'] as string).split('\n').sort()).toEqual([
      '',
      'tcp   LISTEN 0      0      0.0.0.0:8080 0.0.0.0:*',
      'tcp   LISTEN 0      0      0.0.0.0:9090 0.0.0.0:*',
    ])
    expect(namespaces[0]!.prints['conntrack -L']).toMatch(/^(?:[a-z]+ +\d+ \d+ .*src=.*\n)*$/)
    expect(schemaErrors(JSON.parse(text('few.json')))).toEqual([])
  })

  it.skipIf(!isThere('shellcheck'))('has nothing that shellcheck objects to', () => {
    // 2016: programs for awk stand in single quotes
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2016', SCRIPT], { encoding: 'utf8' })
    expect(stdout).toBe('')
  })
})
