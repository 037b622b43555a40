import { createServer, type Server } from 'node:http'

/** Runs a line on a simulated host. */
export type Run = (line: string) => { readonly code: number; readonly out: string; readonly err: string }

type Json = Record<string, never>

/**
 * A stand-in for dockerd, as much as docker's command line asks of it to print lists, ports and what is inspected: it tells what the simulated daemon
 * has. So the real command line prints the simulated host.
 */
export async function dockerApi(run: Run, socket: string): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://docker')
    const path = pathname.replace(/^\/v[\d.]+/, '')
    response.setHeader('Api-Version', '1.50')
    response.setHeader('Content-Type', 'application/json')
    const send = (value: unknown, code = 200): void => {
      response.statusCode = code
      response.end(JSON.stringify(value))
    }
    const [, kind, name] = /^\/(containers|networks)\/([^/]+)(?:\/json)?$/.exec(path) ?? []
    if (path === '/_ping') send('OK')
    else if (path === '/containers/json') send(containers(run, searchParams.get('all') === '1'))
    else if (path === '/networks') send(networks(run))
    else if (name === undefined) send({ message: 'page not found' }, 404)
    else {
      const { code, out, err } = run(`docker ${kind!.slice(0, -1)} inspect ${name}`)
      if (code === 0) send(JSON.parse(out)[0])
      else send({ message: err.replace(/^Error response from daemon: /, '').trim() }, 404)
    }
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return server
}

function networks(run: Run): unknown {
  const names = run('docker network ls --format "{{.Name}}"').out.trim().split('\n')
  const found = JSON.parse(run(`docker network inspect ${names.join(' ')}`).out) as Json[]
  return found.map((network) => ({ ...network, Created: '1970-01-01T00:00:00Z' }))
}

interface Inspected {
  readonly Id: string
  readonly Name: string
  readonly Image: string
  readonly Path: string
  readonly Args: readonly string[]
  readonly State: { readonly Status: string }
  readonly Config: { readonly Labels: Json }
  readonly NetworkSettings: {
    readonly Networks: Json
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>
  }
}

function containers(run: Run, all: boolean): unknown {
  const names = run('docker ps -a --format "{{.Names}}"').out.trim().split('\n')
  const found = JSON.parse(run(`docker container inspect ${names.join(' ')}`).out) as Inspected[]
  return found
    .filter(({ State }) => all || State.Status === 'running')
    .map(({ Id, Name, Image, Path, Args, State, Config, NetworkSettings }) => ({
      Id,
      Names: [Name],
      Image,
      Command: [Path, ...Args].filter(Boolean).join(' '),
      // no time passes on the simulated host
      Created: Math.ceil(Date.now() / 1000) + 1,
      Ports: portsOf(NetworkSettings.Ports),
      Labels: Config.Labels,
      State: State.Status,
      Status: run(`docker ps -a --filter id=${Id} --format "{{.Status}}"`).out.trim(),
      NetworkSettings: { Networks: NetworkSettings.Networks },
      Mounts: [],
    }))
}

function portsOf(ports: Inspected['NetworkSettings']['Ports']): unknown[] {
  return Object.entries(ports).flatMap(([key, ends]) => {
    const [port, protocol] = key.split('/')
    const inside = { PrivatePort: Number(port), Type: protocol }
    if (ends === null) return [inside]
    return ends.map(({ HostIp, HostPort }) => ({ ...inside, IP: HostIp, PublicPort: Number(HostPort) }))
  })
}
