import { describe, expect, it } from 'vitest'
import { cli } from './support.ts'

const SETUP =
  'docker network create app\ndocker run -d --name web --network app -p 8080:80 nginx\ndocker run -d --name db --network app x\ndocker run -d --name old x\n'

describe('--docker', () => {
  it('runs a command on a host with Docker, or in a container', async () => {
    const rules = await cli(['exec', '--docker', '-f', '-', 'host', '--', 'iptables', '-t', 'nat', '-S', 'DOCKER'], {
      stdin: SETUP,
    })
    expect(rules.out).toMatch(/-p tcp -m tcp --dport 8080 -j DNAT --to-destination 172\.18\.0\.2:80\n$/)
    const ping = await cli(['exec', '--docker', '-f', '-', 'container/db', '--', 'ping', '-c1', 'web'], {
      stdin: SETUP,
    })
    expect(ping).toMatchObject({ code: 0, out: expect.stringContaining('64 bytes from web.app (172.18.0.2)') })
    expect(await cli(['exec', '--docker', 'host', '--', 'docker', 'ps', '-q'])).toMatchObject({ code: 0, out: '' })
  })

  it('follows packets among containers, and to and from the world', async () => {
    const trace = async (from: string, to: string, ...more: string[]) =>
      await cli(['trace', '--docker', '-f', '-', from, to, ...more], { stdin: SETUP })
    const published = await trace('external', 'host:8080')
    expect(published.code).toBe(0)
    expect(published.out).toContain('delivered in web to tcp 0.0.0.0:80, and answered')
    expect(published.out).toMatch(/DNAT --to-destination 172\.18\.0\.2:80 +# a published port/)
    expect((await trace('container/web', 'db:5432', '--detail', 'minimal')).out).toContain('delivered in db')
    expect((await trace('container/web', '1.1.1.1:80', '--detail', 'minimal')).out).toMatch(
      /MASQUERADE 172\.18\.0\.2:(\d+) → 192\.168\.0\.11:\1 in host/,
    )
    const straight = JSON.parse((await trace('container/old', 'container/web:80', '-o', 'json')).out)
    expect(straight).toMatchObject({ disposition: 'dropped', reason: expect.stringContaining('-t raw -A PREROUTING') })
    const proxied = JSON.parse((await trace('host', '127.0.0.1:8080', '-o', 'json')).out)
    expect(proxied.assumptions).toEqual([
      "port 8080 of the host is docker-proxy's, which asks container/web by a connection of its own",
    ])
  })

  it.each([
    ['container/wep', 'host', 'there is no container wep (did you mean web?)'],
    ['container/web', 'pod/a', '"pod/a" is nobody on a host with Docker alone (container/NAME[:PORT]'],
    ['host', 'web:80', 'web is no name that host knows'],
  ])('refuses %s → %s', async (from, to, message) => {
    const { code, err } = await cli(['trace', '--docker', '-f', '-', from, to], { stdin: SETUP })
    expect(err).toContain(`error: ${message}`)
    expect(code).toBe(2)
  })

  it('refuses what is about clusters, and a file whose lines end with errors', async () => {
    const refusal = async (words: string, stdin = '') => (await cli(words.split(' '), { stdin })).err
    expect(await refusal('trace --docker --bridge cni0 host host')).toBe(
      'error: --bridge is about a cluster (with --docker there is none)\n',
    )
    expect(await refusal('trace --docker --at node/a host host')).toContain('--at is about a cluster')
    expect(await refusal('exec host -- ip addr')).toBe(
      'error: -f FILE is missing (or --docker, for a host with Docker and no cluster)\n',
    )
    expect(await refusal('exec --docker -f - host -- ip addr', `\n${SETUP}${SETUP}`)).toBe(
      'error: -:6: "docker network create app" ended with exit code 1: Error response from daemon: network with name app already exists\n',
    )
    expect(await refusal('exec --docker -f - host -- ip addr', 'docker pull x')).toBe(
      'error: -:1: docker pull is not modelled (there are no images: docker run takes any name)\n',
    )
    expect(await refusal('export --docker -o snapshot')).toContain('a snapshot of a host with Docker alone')
  })
})
