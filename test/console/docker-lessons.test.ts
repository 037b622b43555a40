import { describe, expect, it } from 'vitest'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { dockerWorld, Session } from '../../src/console/index.ts'

// What lessons about Docker's networks type, and what they see.

function visit() {
  const out = new TextOutput()
  const err = new TextOutput()
  const session = new Session(dockerWorld(), { stdout: out, stderr: err })
  const run = (line: string) => {
    out.text = ''
    err.text = ''
    return { code: session.run(line), out: out.text, err: err.text }
  }
  return { session, run, out: (line: string) => run(line).out }
}

const DENIED = 'Error response from daemon: '

describe('names', () => {
  it('of containers are known in a network of one’s own, with what ping and traceroute print', () => {
    const { out, run } = visit()
    run('docker network create app; docker run -d --name web --network app --network-alias www nginx')
    run('docker run -d --name db --network app --hostname sql postgres')
    expect(out('docker exec db ping -c1 web')).toBe(
      'PING web (172.18.0.2) 56(84) bytes of data.\n64 bytes from web.app (172.18.0.2): icmp_seq=1 ttl=64 time=0.010 ms\n\n' +
        '--- web ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\n' +
        'rtt min/avg/max/mdev = 0.010/0.010/0.010/0.000 ms\n',
    )
    expect(out('docker exec db ping -n -c1 www.app')).toContain('64 bytes from 172.18.0.2:')
    expect(out('docker exec db ping -c1 sql')).toContain('64 bytes from sql (172.18.0.3)')
    expect(out('docker exec db traceroute web')).toMatch(/\n 1 {2}web\.app \(172\.18\.0\.2\) {2}/)
    expect(out('docker exec db curl -s WEB:80')).toMatch(/^from 172\.18\.0\.3:\d+\nto 172\.18\.0\.2:80\n$/)
    for (const name of ['db', 'sql', 'sql.app']) expect(run(`docker exec web nc -zv ${name} 5432`).code).toBe(0)
    expect(run('docker exec web ping -c1 nobody').err).toBe('ping: nobody: Temporary failure in name resolution\n')
    expect(out('docker exec db cat /etc/resolv.conf')).toMatch(
      /\n\nnameserver 127\.0\.0\.11\noptions ndots:0\n\n# Based on host file: '\/etc\/resolv\.conf' \(internal resolver\)\n# ExtServers: \[host\(192\.168\.0\.1\)\]\n/,
    )
  })

  it('are unknown in the default network, until the container is in another, too', () => {
    const { out, run } = visit()
    run('docker network create app; docker run -d --name web --network app nginx; docker run -d --name old nginx')
    expect(run('docker exec old curl web')).toMatchObject({ code: 6, err: 'curl: (6) Could not resolve host: web\n' })
    expect(out('docker exec old cat /etc/resolv.conf')).toContain('\nnameserver 192.168.0.1\n')
    expect(run('docker exec web ping -c1 old').code).toBe(2)
    run('docker network connect --alias older app old')
    expect(run('docker exec old ping -c1 web').code).toBe(0)
    expect(run('docker exec web ping -c1 older').code).toBe(0)
    expect(out('docker exec old cat /etc/resolv.conf')).toContain('\nnameserver 127.0.0.11\n')
    expect(out('docker exec old cat /etc/hosts')).toMatch(/\n172\.17\.0\.2\t(\w{12})\n172\.18\.0\.3\t\1\n$/)
    run('docker network disconnect app old')
    expect(run('docker exec web ping -c1 older').code).toBe(2)
  })
})

describe('the resolver', () => {
  it('has its rules in the containers of networks of one’s own', () => {
    const { out, run } = visit()
    run(
      'docker network create app; docker run -d --name web --network app busybox nc -l -k -p 80; docker run -d --name old x',
    )
    const rules = out('docker exec web iptables -t nat -S')
    const [, tcp, udp] = /:(\d+)\n.*:(\d+)\n/.exec(rules)!
    expect(rules.split('\n').slice(4, -1)).toEqual([
      '-N DOCKER_OUTPUT',
      '-N DOCKER_POSTROUTING',
      '-A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT',
      '-A POSTROUTING -d 127.0.0.11/32 -j DOCKER_POSTROUTING',
      `-A DOCKER_OUTPUT -d 127.0.0.11/32 -p tcp -m tcp --dport 53 -j DNAT --to-destination 127.0.0.11:${tcp}`,
      `-A DOCKER_OUTPUT -d 127.0.0.11/32 -p udp -m udp --dport 53 -j DNAT --to-destination 127.0.0.11:${udp}`,
      `-A DOCKER_POSTROUTING -s 127.0.0.11/32 -p tcp -m tcp --sport ${tcp} -j SNAT --to-source :53`,
      `-A DOCKER_POSTROUTING -s 127.0.0.11/32 -p udp -m udp --sport ${udp} -j SNAT --to-source :53`,
    ])
    expect(out('docker exec web ss -lnut | grep 127.0.0.11').split('\n')).toHaveLength(3)
    expect(run('docker exec web nc -zv 127.0.0.11 53').code).toBe(0)
    expect(out('docker exec old iptables -t nat -S')).not.toContain('DOCKER')
  })
})

describe('docker-proxy', () => {
  it('keeps nothing of a trace that leaves no mark', () => {
    const { session, out, run } = visit()
    run('docker run -d --name dns -p 5353:53/udp x')
    for (let i = 0; i < 2; i++)
      session.world.trace({ from: 'host', to: '127.0.0.1:5353', protocol: 'udp', sourcePort: 4000 })
    expect(out('echo | nc -u -w1 -p 4000 127.0.0.1 5353')).toContain('172.17.0.1')
  })
})

describe('a container in several networks', () => {
  it('has its default route and its published ports by the first of them, in the order of their names', () => {
    const { out, run } = visit()
    run('docker network create app; docker network create --internal aside')
    run('docker run -d --name web -p 8080:80 nginx; docker network connect aside web')
    expect(out('docker exec web ip route')).toBe(
      'default via 172.17.0.1 dev eth0 \n172.17.0.0/16 dev eth0 proto kernel scope link src 172.17.0.2 \n' +
        '172.19.0.0/16 dev eth1 proto kernel scope link src 172.19.0.2 \n',
    )
    run('docker network connect app web')
    expect(out('docker exec web ip route | head -1')).toBe('default via 172.18.0.1 dev eth2 \n')
    expect(out('iptables -t nat -S DOCKER')).toMatch(/! -i br-\w{12} -p tcp .* --to-destination 172\.18\.0\.2:80\n$/)
    expect(run('nc -zv 192.168.0.11 8080').code).toBe(0)
    run('docker network disconnect app web')
    expect(out('docker exec web ip route | head -1')).toBe('default via 172.17.0.1 dev eth0 \n')
    expect(out('iptables -t nat -S DOCKER')).toContain('--to-destination 172.17.0.2:80')
    run('docker network disconnect bridge web')
    expect(out('docker exec web ip route')).not.toContain('default')
    expect(out('docker port web; iptables -t nat -S DOCKER')).toBe('-N DOCKER\n')
    run('docker network connect --gw-priority 1 bridge web; docker network connect app web')
    expect(out('docker exec web ip route | head -1')).toBe('default via 172.17.0.1 dev eth0 \n')
  })

  it('comes back to them when it is started again', () => {
    const { out, run } = visit()
    run('docker network create app; docker create --name web -p 80 nginx; docker network connect app web')
    expect(out('docker ps -a --format "{{.Status}} {{.Networks}}"')).toBe('Created app,bridge\n')
    run('docker start web; docker restart web')
    expect(out('docker exec web ip -br -4 addr')).toMatch(
      /eth0@if\d+ +UP +172\.17\.0\.2\/16 \neth1@if\d+ +UP +172\.18\.0\.2\/16 \n$/,
    )
    expect(out('brctl show docker0')).toMatch(/veth\w{7}\n$/)
    run('docker stop web; docker network rm app')
    expect(run('docker start web').err).toMatch(
      /^Error response from daemon: failed to set up container networking: network \w{64} not found\nError: failed to start containers: web\n$/,
    )
    run('docker rm web')
    expect(out('ip -br link show type veth')).toMatch(/^eth0@if\d+ [^\n]*\n$/)
  })

  it('is refused what Docker refuses', () => {
    const { run } = visit()
    run('docker network create app; docker run -d --name web nginx; docker run -d --name alone --network none nginx')
    run('docker run -d --name side --network container:web busybox nc -l -k -p 7000')
    const error = (line: string) => run(line).err
    expect(error('docker network connect app side')).toBe(
      `${DENIED}container sharing network namespace with another container or host cannot be connected to any other network\n`,
    )
    expect(error('docker network connect app alone')).toContain('in private (none) mode')
    expect(error('docker network connect host web')).toContain('or connected to host network')
    expect(error('docker network connect bridge web')).toBe(
      `${DENIED}endpoint with name web already exists in network bridge\n`,
    )
    expect(error('docker network disconnect app web')).toMatch(/container \w{64} is not connected to network app\n$/)
    expect(error('docker network connect --ip 172.18.0.9 app web')).toBe(
      `${DENIED}invalid endpoint settings:\nuser specified IP address is supported only when connecting to networks with user configured subnets\n`,
    )
    expect(error('docker run --network-alias x busybox true')).toContain(
      'invalid config for network bridge: invalid endpoint settings:\nnetwork-scoped alias is supported only for containers in user defined networks\n',
    )
    expect(error('docker network connect app web --gw-priority x')).toContain('strconv.ParseInt: parsing "x"')
  })
})

describe('published ports', () => {
  it('in ranges', () => {
    const { out, run } = visit()
    run('docker run -d --name all -p 8000-8002:80-82 -p 53:53/udp x; docker run -d --name one -p 9000-9002:80 x')
    expect(out('docker port all')).toBe(
      '53/udp -> 0.0.0.0:53\n80/tcp -> 0.0.0.0:8000\n81/tcp -> 0.0.0.0:8001\n82/tcp -> 0.0.0.0:8002\n',
    )
    run('docker run -d --name two -p 9000-9002:80 x')
    expect(out('docker port one 80; docker port two 80/tcp')).toBe('0.0.0.0:9000\n0.0.0.0:9001\n')
    expect(run('docker port two 81')).toMatchObject({
      code: 1,
      err: "Error: No public port '81' published for two\n",
    })
    expect(run('docker run -d -p 1-3:1-2 x').err).toContain(
      'docker: invalid ranges specified for container and host Ports: 1-2 and 1-3\n',
    )
    expect(run('nc -zv 192.168.0.11 8002').code).toBe(0)
  })

  it('come in the order of dockerd, and pass over what programs have', () => {
    const { out, run } = visit()
    run('nc -l -k 9000 & nc -l -k 9001 &')
    run('docker run -d --name web -p 80 -p 8443:443 -p 9000-9002:81 -p 8053:53/udp -p 8054:53 x')
    expect(out('iptables -t nat -S DOCKER').match(/--dport \d+/g)).toEqual(
      [8054, 8053, 8443, 32768, 9002].map((port) => `--dport ${port}`),
    )
    expect(run('docker run -d -p 9000-9001:81 x').err).toMatch(
      /: failed to bind host port 0\.0\.0\.0:9001\/tcp: address already in use\n/,
    )
    run('docker run -d --name c-a -p 7000-7001:80 x; docker run -d --name c-b -p 7000-7001:80 x')
    expect(run('docker run -d --name c-c -p 7000-7001:80 x').err).toMatch(/: all ports are allocated\n/)
    expect(out('ss -lnt | grep :8443')).toMatch(/^LISTEN 0 +4096 +0\.0\.0\.0:8443 /)
  })

  it('of UDP answer from the address that was asked', () => {
    const { out, run } = visit()
    run('docker run -d --name dns -p 5555:53/udp x')
    expect(out('docker exec dns sh -c "echo | nc -u -w1 192.168.0.11 5555"')).toContain('172.17.0.1')
    expect(
      run('docker exec dns sh -c "tcpdump -n -c 2 -i eth0 udp port 5555 & echo | nc -u -w1 192.168.0.11 5555; wait"')
        .out,
    ).toMatch(/ IP 192\.168\.0\.11\.5555 > 172\.17\.0\.2\.\d+: UDP/)
  })

  it('of all that is exposed', () => {
    const { out, run } = visit()
    run('docker run -d --name web -P --expose 80 --expose 443 -p 8443:443 nginx; docker run -d --name no --expose 80 x')
    expect(out('docker ps --format "{{.Names}}: {{.Ports}}"')).toBe(
      'no: 80/tcp\nweb: 0.0.0.0:32768->80/tcp, 0.0.0.0:8443->443/tcp\n',
    )
    expect(() => run('docker run -d -P nginx')).toThrow('there are no images; write -P --expose 80, or -p 80')
  })
})

describe('networks', () => {
  it('have the subnet, gateway and name that they are given', () => {
    const { out, run } = visit()
    run(
      'docker network create --subnet 10.5.0.0/16 --gateway 10.5.0.254 -o com.docker.network.bridge.name=br-my --label a=b my',
    )
    run('docker run -d --name web --network my --ip 10.5.0.7 --mac-address 02:42:0a:05:00:07 nginx')
    expect(out('ip -br -4 addr show br-my')).toMatch(/UP +10\.5\.0\.254\/16 \n/)
    expect(out('ip addr show br-my')).toContain('inet 10.5.0.254/16 brd 10.5.255.255 scope global br-my')
    expect(out('docker exec web ip route | head -1')).toBe('default via 10.5.0.254 dev eth0 \n')
    expect(out('docker exec web cat /sys/class/net/eth0/address')).toBe('02:42:0a:05:00:07\n')
    expect(
      out("docker network inspect -f '{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}} {{json .Labels}}' my"),
    ).toBe('10.5.0.0/16 10.5.0.254 {"a":"b"}\n')
  })

  it('are pruned, filtered and printed as one asks', () => {
    const { out, run } = visit()
    run(
      'docker network create app; docker network create --internal back; docker run -d --name web --network app nginx',
    )
    expect(out('docker network ls --filter driver=bridge --format "{{.Name}} {{.Internal}}"')).toBe(
      'app false\nback true\nbridge false\n',
    )
    expect(run('docker network ls --filter what=x').err).toBe(`${DENIED}invalid filter 'what'\n`)
    expect(() => run('docker network prune')).toThrow('write docker network prune -f')
    expect(out('docker network prune -f')).toBe('Deleted Networks:\nback\n\n')
    expect(out('docker network prune -f')).toBe('')
    expect(out('docker network ls --no-trunc -q')).toMatch(/^(\w{64}\n){4}$/)
  })

  it('are refused what is not modelled, with what to write', () => {
    const { run } = visit()
    const refusal = (line: string) => expect(() => run(line))
    refusal('docker network create --opt icc=false a').toThrow('write -o com.docker.network.bridge.enable_icc=false')
    refusal('docker network create -d macvlan a').toThrow('docker network create --driver macvlan is not modelled')
    refusal('docker network create --ip-range 10.1.0.0/24 a').toThrow('--ip-range is not modelled')
    expect(run('docker network create --gateway 10.1.0.1 a').err).toBe(
      `${DENIED}no matching subnet for gateway 10.1.0.1\n`,
    )
    expect(run('docker network create --subnet 10.1.0.5/24 a').err).toContain(
      'invalid subnet 10.1.0.5/24: it should be 10.1.0.0/24\n',
    )
  })
})

describe('docker ps and docker inspect', () => {
  it('print by a template', () => {
    const { out, run } = visit()
    run('docker network create app; docker run -d --name web -p 8080:80 --network app nginx; docker run -d --name db x')
    expect(out("docker ps --format 'table {{.Names}}\\t{{.Ports}}\\t{{.Networks}}'")).toBe(
      'NAMES     PORTS                  NETWORKS\ndb                               bridge\nweb       0.0.0.0:8080->80/tcp   app\n',
    )
    expect(out("docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' web db")).toBe(
      '172.18.0.2\n172.17.0.2\n',
    )
    expect(out('docker inspect -f \'{{(index .NetworkSettings.Ports "80/tcp" 0).HostPort}}\' web')).toBe('8080\n')
    expect(out("docker inspect -f '{{json .NetworkSettings.Ports}}' web")).toBe(
      '{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]}\n',
    )
    expect(() => run("docker inspect -f '{{.State}}' web")).toThrow('write {{json …}}')
    expect(() => run("docker inspect -f '{{.State.Pid}}' web")).toThrow(
      '.State.Pid in a template of docker is not modelled',
    )
    expect(() => run("docker inspect -f '{{.NetworkSettings.IPAddress}}' web")).toThrow(
      'write {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    )
  })
})

describe('a shell in a container', () => {
  it('is refused where one would type into it, with what to write', () => {
    const { run } = visit()
    run('docker run -d --name web nginx')
    expect(() => run('docker exec -it web /bin/bash')).toThrow(
      "write docker exec web sh -c 'ip addr; ip route', or in kubehop shell: use container/web",
    )
    expect(() => run('docker run -it busybox sh')).toThrow(
      'write docker run -d --name NAME busybox, then docker exec NAME',
    )
    expect(run("docker exec -it web /bin/ash -c 'cat /etc/hostname | wc -c'").out).toBe('13\n')
  })
})

describe('what keeps a container alive', () => {
  it.each(['-dit alpine ash', '-d alpine sleep infinity', '-d alpine tail -f /dev/null', '-d alpine sleep 3600'])(
    'runs until it is stopped: %s',
    (words) => {
      const { session, out, run } = visit()
      const [flags, ...command] = words.split(' ')
      run(`docker run ${flags} --name one ${command.join(' ')}; docker run -dit --name two alpine ash`)
      session.wait(60e9)
      expect(out('docker ps --format "{{.Names}} {{.Status}}"')).toBe('two Up About a minute\none Up About a minute\n')
      expect(run('docker exec one ping -c1 172.17.0.3').code).toBe(0)
      expect(run('docker exec one nc -zv -w1 172.17.0.3 80').err).toContain('Connection refused')
      run('docker stop one')
      expect(out('docker ps -a --format "{{.Names}} {{.Status}}"')).toContain('one Exited (137) Less than a second ago')
    },
  )

  it('is a server where there is no COMMAND, which ends well', () => {
    const { out, run } = visit()
    run('docker run -d --name web nginx; docker run -d --name side --network container:web busybox')
    expect(run('docker exec side curl -s 127.0.0.1').code).toBe(0)
    run('docker stop side web')
    expect(out('docker ps -a --format "{{.Names}} {{.Status}}"')).toBe(
      'side Exited (0) Less than a second ago\nweb Exited (0) Less than a second ago\n',
    )
  })

  it('is refused when nobody knows it, and leaves nothing', () => {
    const { out, run } = visit()
    expect(() => run('docker run -d --name bad -p 80:80 busybox frobnicate')).toThrow(
      'the command frobnicate is not modelled',
    )
    expect(() => run('docker run --name bad busybox frobnicate')).toThrow('the command frobnicate is not modelled')
    expect(out('docker ps -aq; iptables -t nat -S DOCKER; ip -br link | grep -c veth')).toBe('-N DOCKER\n0\n')
  })
})

it('a container that is called as something around it is is not taken for it', () => {
  const { session, run } = visit()
  run('docker run -d --name host -p 80:80 x; docker run -d --name external x')
  const { data } = session.world.trace({ from: 'container/external', to: 'container/host:80' })
  expect(data).toMatchObject({ disposition: 'delivered', from: { netns: 'container/external' } })
  expect(session.world.trace({ from: 'external', to: 'host:80' }).data.endpoint).toBe('container/host 172.17.0.2:80')
})
