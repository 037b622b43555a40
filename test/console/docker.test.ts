import { describe, expect, it } from 'vitest'
import { Cluster, dockerRules, nodeTables } from '../../src/cluster/index.ts'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { DockerFirewall } from '../../src/console/docker/firewall.ts'
import { dockerWorld, Session, type World } from '../../src/console/index.ts'
import { NetworkNamespace } from '../../src/netns/index.ts'
import { IPV4_ANY, parseIpv4, parsePrefix } from '../../src/packet/address.ts'
import { Simulation } from '../../src/sim/index.ts'
import { shopManifest } from '../support/shop.ts'

const SUBNET = parsePrefix('192.168.0.0/24')
const NETWORK = {
  bridge: 'br-dummy',
  subnet: SUBNET,
  internal: false,
  icc: true,
  masquerade: true,
  isUnprotected: false,
}
const CONTAINER = parseIpv4('192.168.0.2')
const PORT = { protocol: 'tcp', hostAddress: IPV4_ANY, hostPort: 8080, port: 80 } as const

function rulesOf(netns: NetworkNamespace): string[] {
  return (['raw', 'filter', 'nat'] as const)
    .flatMap((table) => netns.netfilter.save({ table }).split('\n'))
    .filter((line) => line.startsWith('-A'))
}

describe('the rules of a network and a published port', () => {
  const started = () => {
    const netns = new NetworkNamespace(new Simulation(), 'host')
    const firewall = new DockerFirewall(netns)
    firewall.start()
    return { netns, firewall }
  }

  it('are those of dockerd (TestIptabler)', () => {
    const { netns, firewall } = started()
    firewall.addNetwork(NETWORK)
    firewall.endpoint(NETWORK, CONTAINER, true)
    firewall.port(NETWORK, CONTAINER, PORT, true)
    expect(rulesOf(netns)).toEqual([
      '-A PREROUTING -d 192.168.0.2/32 ! -i br-dummy -j DROP',
      '-A FORWARD -j DOCKER-USER',
      '-A FORWARD -j DOCKER-FORWARD',
      '-A DOCKER -d 192.168.0.2/32 ! -i br-dummy -o br-dummy -p tcp -m tcp --dport 80 -j ACCEPT',
      '-A DOCKER ! -i br-dummy -o br-dummy -j DROP',
      '-A DOCKER-BRIDGE -o br-dummy -j DOCKER',
      '-A DOCKER-CT -o br-dummy -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A DOCKER-FORWARD -j DOCKER-CT',
      '-A DOCKER-FORWARD -j DOCKER-INTERNAL',
      '-A DOCKER-FORWARD -j DOCKER-BRIDGE',
      '-A DOCKER-FORWARD -i br-dummy -j ACCEPT',
      '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
      '-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
      '-A POSTROUTING -s 192.168.0.0/24 ! -o br-dummy -j MASQUERADE',
      '-A DOCKER ! -i br-dummy -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.0.2:80',
    ])
    const { netns: bare, firewall: other } = started()
    other.arrangeUserChain()
    firewall.port(NETWORK, CONTAINER, PORT, false)
    firewall.endpoint(NETWORK, CONTAINER, false)
    firewall.removeNetwork(NETWORK)
    expect(rulesOf(netns)).toEqual(rulesOf(bare))
  })

  it.each([
    [{}, {}],
    [{ icc: false }, { icc: false }],
    [
      { masquerade: false, isUnprotected: true },
      { ipMasq: false, directAccess: 'nat-unprotected' as const },
    ],
  ])('are those that nodes with docker0 have: %j', (own, ofNode) => {
    const { netns, firewall } = started()
    firewall.addNetwork({ ...NETWORK, ...own })
    const node = new NetworkNamespace(new Simulation(), 'node')
    const operations = dockerRules({ name: 'br-dummy', subnet: SUBNET, ...ofNode })
    node.netfilter.setTables(nodeTables({ docker: operations, kubelet: [], kubeProxy: [], flannel: [] }).values(), {
      trusted: true,
    })
    expect(rulesOf(netns)).toEqual(rulesOf(node))
  })

  it('keep an internal network inside, and a port of a loopback address on the host', () => {
    const { netns, firewall } = started()
    firewall.addNetwork({ ...NETWORK, internal: true })
    expect(rulesOf(netns)).toEqual(
      expect.arrayContaining([
        '-A DOCKER-INTERNAL ! -s 192.168.0.0/24 -o br-dummy -j DROP',
        '-A DOCKER-INTERNAL ! -d 192.168.0.0/24 -i br-dummy -j DROP',
        '-A DOCKER-FORWARD -i br-dummy -o br-dummy -j ACCEPT',
      ]),
    )
    firewall.port(NETWORK, CONTAINER, { ...PORT, hostAddress: parseIpv4('127.0.0.1') }, true)
    expect(rulesOf(netns)).toEqual(
      expect.arrayContaining([
        '-A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8080 -j DROP',
        '-A DOCKER -d 127.0.0.1/32 ! -i br-dummy -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.0.2:80',
      ]),
    )
  })
})

function visit(of: Cluster | World = dockerWorld()) {
  const out = new TextOutput()
  const err = new TextOutput()
  const session = new Session(of, { stdout: out, stderr: err })
  return {
    session,
    run: (line: string) => {
      out.text = ''
      err.text = ''
      return { code: session.run(line), out: out.text, err: err.text }
    },
  }
}

describe('a published port', () => {
  it('answers those outside, the host by each of its addresses, and containers', () => {
    const { session, run } = visit()
    expect(run('docker run -d --name web -p 8080:80 nginx').out).toMatch(/^[0-9a-f]{64}\n$/)
    session.use('external')
    expect(run('echo | nc -N -w1 192.168.0.11 8080').out).toContain('198.51.100.10')
    session.use('host')
    // the rules leave loopback addresses to docker-proxy, whose connection is docker0's own
    expect(run('echo | nc -N -w1 127.0.0.1 8080').out).toContain('172.17.0.1')
    expect(run('echo | nc -N -w1 192.168.0.11 8080').out).toContain('192.168.0.11')
    expect(run('docker run --rm busybox nc -zv -w1 192.168.0.11 8080').code).toBe(0)
    expect(run('docker exec web sh -c "echo | nc -N -w1 192.168.0.11 8080"').out).toContain('172.17.0.1')
    session.use('external')
    run('ip route add 172.17.0.0/16 via 198.51.100.1')
    expect(run('nc -z -w1 172.17.0.2 80').code).toBe(1)
    session.use('host')
    run('docker rm -f web')
    expect(run('nc -z -w1 127.0.0.1 8080').code).toBe(1)
    expect(run('iptables -t nat -S DOCKER').out).toBe('-N DOCKER\n')
  })

  it('of UDP answers, too', () => {
    const { run } = visit()
    run('docker run -d --name dns -p 5353:53/udp coredns')
    expect(run('echo | nc -u -w1 127.0.0.1 5353').out).toContain('172.17.0.1')
  })

  it('is somebody’s alone', () => {
    const { run } = visit()
    run('docker run -d --name c-a -p 8080:80 x')
    expect(run('docker run -d --name c-b -p 8080:80 x')).toMatchObject({
      code: 125,
      err: expect.stringMatching(
        /^docker: Error response from daemon: .* endpoint c-b .*: Bind for 0\.0\.0\.0:8080 failed: port is already allocated\n\nRun 'docker run --help'/,
      ),
    })
    run('nc -l -k 9090 &')
    expect(run('docker run -d --name c-c -p 9090:80 x').err).toContain('address already in use')
    expect(
      run('iptables -t raw -S')
        .out.split('\n')
        .filter((line) => line.includes('-d 172.17')),
    ).toHaveLength(1)
    run('docker run -d --name c-d -p 127.0.0.1:7070:80 -p 80 x')
    run('docker run -d --name c-e -p 443:443 -p 80:80 -p 81:81 -p 53:53/udp -p 5080:80 x')
    const ports = run('docker ps').out
    expect(ports).toContain(' 0.0.0.0:32768->80/tcp, 127.0.0.1:7070->80/tcp ')
    expect(ports).toContain(
      ' 0.0.0.0:80-81->80-81/tcp, 0.0.0.0:53->53/udp, 0.0.0.0:443->443/tcp, 0.0.0.0:5080->80/tcp ',
    )
  })
})

describe('the network modes', () => {
  it('are four', () => {
    const { run } = visit()
    run('docker run -d --name web nginx')
    const addresses = (mode: string) => run(`docker run --rm --network ${mode} busybox ip -br -4 addr`).out
    expect(addresses('bridge')).toMatch(/^lo .*\neth0@if\d+ +UP +172\.17\.0\.3\/16 \n$/)
    expect(addresses('container:web')).toMatch(/\neth0@if\d+ +UP +172\.17\.0\.2\/16 \n$/)
    expect(addresses('none')).toMatch(/^lo +UNKNOWN +127\.0\.0\.1\/8 \n$/)
    expect(addresses('host')).toContain('docker0 ')
    expect(run('docker run --rm --network host busybox cat /etc/hostname').out).toBe('host\n')
    expect(() => run('docker run -d --network host nginx')).toThrow('docker run --network host without COMMAND')
  })

  it('of one’s own keep networks apart, and give addresses', () => {
    const { run } = visit()
    run('docker network create --subnet 172.18.0.0/16 app; docker network create --subnet 10.9.0.0/24 --internal back')
    run('docker run -d --name c-a --network app x; docker run -d --name c-b --network app --ip 172.18.0.9 x')
    run('docker run -d --name c-c x; docker run -d --name c-d --network back x')
    expect(run('docker exec c-a nc -zv -w1 172.18.0.9 80').code).toBe(0)
    expect(run('docker exec c-c nc -zv -w1 172.18.0.9 80').code).toBe(1)
    expect(run('docker exec c-a ping -c1 -W1 198.51.100.10').code).toBe(0)
    // an internal network has no way out
    expect(run('docker exec c-d ping -c1 -W1 198.51.100.10').err).toBe('ping: connect: Network is unreachable\n')
    expect(run('docker exec c-d ip route').out).toBe('10.9.0.0/24 dev eth0 proto kernel scope link src 10.9.0.2 \n')
    expect(run('docker network rm app').err).toContain('network app has active endpoints (name:"c-a" id:')
    expect(run('docker network create --subnet 10.9.0.128/25 more').err).toContain('Pool overlaps')
    expect(run('docker network create app').err).toBe(
      'Error response from daemon: network with name app already exists\n',
    )
    expect(run('docker network rm bridge').err).toBe(
      'Error response from daemon: bridge is a pre-defined network and cannot be removed\nexit status 1\n',
    )
    expect(run('docker network inspect nope')).toMatchObject({ code: 1, out: '[]\n' })
    expect(run('docker rm -f c-a c-b; docker network rm app; docker network ls -q').out.split('\n')).toHaveLength(8)
    expect(run('ip -br link').out).toMatch(/br-[0-9a-f]{12} /)
  })

  it('without communication among containers', () => {
    const { run } = visit()
    run('docker network create -o com.docker.network.bridge.enable_icc=false apart')
    run('docker run -d --name c-a --network apart x; docker run -d --name c-b --network apart x')
    expect(run('docker exec c-a nc -z -w1 172.18.0.3 80').code).toBe(1)
    expect(run('sysctl net.bridge.bridge-nf-call-iptables').out).toContain('= 1')
  })
})

describe('a container', () => {
  it('runs its command, and ends with it', () => {
    const { session, run } = visit()
    run('docker run -d --name srv busybox nc -l -p 5000')
    expect(run('docker ps').out.split('\n')[1]).toMatch(
      /^[0-9a-f]{12} {3}busybox {3}"nc -l -p 5000" {3}Less than a second ago {3}Up Less than a second {13}srv$/,
    )
    expect(run('echo hello | nc -N 172.17.0.2 5000').code).toBe(0)
    session.wait(3e9)
    expect(run('docker logs srv').out).toBe('hello\n')
    expect(run('docker ps -q').out).toBe('')
    expect(run('docker ps -a').out).toMatch(/Exited \(0\) 3 seconds ago/)
    expect(run('docker exec srv ip addr').err).toMatch(
      /^Error response from daemon: container [0-9a-f]{64} is not running\n$/,
    )
    expect(run('docker start srv; docker stop srv; docker rm srv').out).toBe('srv\nsrv\nsrv\n')
  })

  it('tells its neighbours where its address is now', () => {
    const { run } = visit()
    run('docker run -d --name old x')
    expect(run('nc -zv -w1 172.17.0.2 80').code).toBe(0)
    const before = run('ip neigh show dev docker0').out
    run('docker rm -f old; docker run -d --name new x')
    expect(run('ip neigh show dev docker0').out).not.toBe(before)
    expect(run('ping -c1 -W1 172.17.0.2').code).toBe(0)
  })

  it('is refused in the words of docker', () => {
    const { run } = visit()
    run('docker run -d --name web nginx')
    expect(run('docker run -d --name web nginx').err).toContain(
      'The container name "/web" is already in use by container',
    )
    expect(run('docker run -d --name x nginx').err).toContain(
      'Invalid container name (x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    )
    expect(run('docker run --network container:nope x true').err).toContain(
      'joining network namespace of container: No such container: nope',
    )
    expect(run('docker rm web').err).toContain('cannot remove container "/web": container is running')
    expect(run('docker stop nope')).toMatchObject({
      code: 1,
      err: 'Error response from daemon: No such container: nope\n',
    })
    expect(run('docker start nope').err).toContain('Error: failed to start containers: nope\n')
    expect(run('docker run --network nope x true').err).toContain('Error response from daemon: network nope not found')
    expect(run('docker run --network container:web -p 80:80 x true').err).toContain('conflicting options')
    expect(run('docker run')).toMatchObject({
      code: 1,
      err: "docker: 'docker run' requires at least 1 argument\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'docker run --help' for more information\n",
    })
    expect(run('docker run -p a:80 x true').err).toBe(
      "docker: invalid hostPort: a\n\nRun 'docker run --help' for more information\n",
    )
    expect(run('docker run --net')).toMatchObject({
      code: 125,
      err: expect.stringContaining('flag needs an argument: --net'),
    })
    expect(() => run('docker pull nginx')).toThrow('docker pull is not modelled')
    expect(() => run('docker run -v /a:/b nginx')).toThrow('docker run -v is not modelled')
    expect(() => run('docker run nginx')).toThrow('docker run without -d and without COMMAND is not modelled')
  })

  it('may be visited', () => {
    const { session, run } = visit()
    run('docker run -d --name web --hostname shop nginx')
    expect(session.use('container/web')).toMatchObject({ name: 'container/web', hostname: 'shop' })
    expect(run('cat /etc/hosts').out).toContain('172.17.0.2\tshop\n')
    expect(run('docker ps').err).toContain('Cannot connect to the Docker daemon')
    expect(() => session.use('container/wep')).toThrow('did you mean web?')
    expect(() => session.cluster).toThrow('a cluster on a host with Docker alone is not modelled')
  })

  it('is inspected', () => {
    const { run } = visit()
    run('docker run -d --name web -p 8080:80 nginx')
    const [web] = JSON.parse(run('docker inspect web').out)
    expect(web.NetworkSettings).toMatchObject({
      Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] },
      Networks: { bridge: { IPAddress: '172.17.0.2', Gateway: '172.17.0.1', IPPrefixLen: 16 } },
    })
    const [bridge] = JSON.parse(run('docker network inspect bridge').out)
    expect(bridge.IPAM.Config).toEqual([{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }])
    expect(run('docker inspect nope')).toMatchObject({ code: 1, out: '[]\n', err: 'Error: No such object: nope\n' })
  })
})

describe('Docker on the nodes of a cluster', () => {
  it('is there when their bridge is docker0', () => {
    const manifest = shopManifest({ only: ['near', 'far'] })
    const { session, run } = visit(Cluster.fromManifests(manifest, { bridge: 'docker0' }))
    const pods = new Set([...session.cluster.network.pods.values()].map(({ address }) => address))
    run('docker run -d --name web -p 8080:80 nginx')
    const address = /inet (10\.244\.0\.\d+)/.exec(run('docker exec web ip -4 addr show eth0').out)![1]!
    expect(pods.has(parseIpv4(address))).toBe(false)
    expect(run('docker exec web ping -c1 -W1 10.244.1.1').code).toBe(0)
    expect(session.use('container/web').name).toBe('container/web')
    expect(run('ip route').out).toContain('default via 10.244.0.1 dev eth0')
    expect(() => session.use('container/near')).toThrow('the containers of pods are pod/NAME')
    expect(() => session.world.trace({ from: 'container/web', to: 'pod/near' })).toThrow('docker exec web curl')
    session.use('node/node-1')
    session.use('node/node-2')
    expect(run('docker ps -q').out).toBe('')
    expect(run('nc -zv -w1 192.168.0.11 8080').code).toBe(0)
    expect(run(`nc -zv -w1 ${address} 80`).code).toBe(0)
  })

  it('is not there when it is cni0', () => {
    const { run } = visit(Cluster.fromManifests(shopManifest({ only: ['near'] })))
    expect(run('docker ps')).toMatchObject({
      code: 1,
      err: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
    })
  })
})
