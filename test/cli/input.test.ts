import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliOptions, type CliResult, cli, nodeText, podText, serviceText } from './support.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kubehop-cli-'))
  mkdirSync(path.join(folder, 'manifests', 'deeper'), { recursive: true })
  mkdirSync(path.join(folder, 'empty'))
  writeFileSync(path.join(folder, 'manifests', 'a.yaml'), podText('a', '10.244.0.2'))
  writeFileSync(path.join(folder, 'manifests', 'b.yml'), podText('b', '10.244.0.3'))
  writeFileSync(
    path.join(folder, 'manifests', 'c.json'),
    JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'c' } }),
  )
  writeFileSync(path.join(folder, 'manifests', 'README.md'), 'not read: {')
  writeFileSync(path.join(folder, 'manifests', 'deeper', 'd.yaml'), 'not read: {')
  writeFileSync(path.join(folder, 'nothing.yaml'), '')
  writeFileSync(path.join(folder, 'large.yaml'), `# ${'x'.repeat(5000)}`)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The topology of what the words and standard input say: the cheapest command that reads and builds all. */
function topology(words: string, options: CliOptions = {}): Promise<CliResult> {
  return cli(`topology ${words}`, { cwd: folder, ...options })
}

function fromStdin(stdin: CliOptions['stdin'], words = ''): Promise<CliResult> {
  return topology(`-f - ${words}`.trim(), { stdin: stdin as string })
}

/** Bad input: exit code 2, nothing on standard output, these lines on standard error, no stack trace. */
function expectErrors(result: CliResult, ...lines: readonly (string | RegExp)[]): void {
  const told = result.err.trimEnd().split('\n')
  for (const [index, line] of lines.entries()) {
    if (typeof line === 'string') expect(told[index]).toContain(`error: ${line}`)
    else expect(told[index]).toMatch(line)
  }
  expect(told).toHaveLength(lines.length)
  expect(result.err).not.toMatch(/^\s+at /m)
  expect(result.out).toBe('')
  expect(result.code).toBe(2)
}

describe('where input comes from', () => {
  it('reads files, folders and standard input, many times', async () => {
    const { out, err, code } = await topology('-f manifests/a.yaml -f manifests -f -', {
      stdin: podText('z', '10.244.0.9'),
    })
    expect(err).toBe('')
    expect(code).toBe(0)
    for (const name of ['default/a', 'default/b', 'default/z']) expect(out).toContain(`\n${name}\n`)
  })

  it('takes the manifests of a folder itself, in the order of their names', async () => {
    const { out } = await topology('-f manifests -o json')
    const names = (JSON.parse(out) as { namespaces: { name: string }[] }).namespaces.map(({ name }) => name)
    expect(names.filter((name) => name.startsWith('default/'))).toEqual(['default/a', 'default/b'])
  })

  it('reads standard input that comes in pieces', async () => {
    const bytes = new TextEncoder().encode(`# Läden\n${podText('a', '10.244.0.2')}`)
    const pieces = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1))
    const { code, out } = await fromStdin(pieces)
    expect(code).toBe(0)
    expect(out).toContain('default/a')
  })

  it('says what is no file, all at once', async () => {
    expectErrors(
      await topology('-f none.yaml -f empty -f manifests/a.yaml/x -f https://example.com/shop.yaml'),
      'none.yaml: there is no such file or folder',
      'empty: this folder holds no *.yaml, *.yml or *.json',
      'manifests/a.yaml/x: a part of this path is no folder',
      'https://example.com/shop.yaml: kubehop opens no addresses of the web',
    )
  })

  it('reads standard input only once', async () => {
    expectErrors(await topology('-f - -f -'), '-: standard input can be read only once')
  })
})

describe('the limit of input', () => {
  it('is checked before a file is read', async () => {
    expectErrors(
      await topology('-f large.yaml --max-input 1000'),
      'large.yaml: the input is larger than the limit of 1000 bytes',
    )
  })

  it('stops standard input where it is reached', async () => {
    let taken = 0
    const endless = (function* () {
      for (;;) {
        taken++
        yield new Uint8Array(1024).fill(0x20)
      }
    })()
    expectErrors(
      await fromStdin(endless as unknown as Uint8Array[], '--max-input 1M'),
      '-: the input is larger than the limit of 1 MB',
    )
    expect(taken).toBeLessThanOrEqual(1025)
  })

  it.each(['4096k', '4M', '1g', '4194304', '4MB'])('takes %s', async (size) => {
    expect((await topology(`-f manifests --max-input ${size}`)).code).toBe(0)
  })
})

describe('bad input gets a clear error', () => {
  it('empty', async () => {
    expectErrors(await topology('-f nothing.yaml'), 'nothing.yaml: the input holds no Kubernetes objects')
    expectErrors(await fromStdin('---\n# nothing\n---\n'), '-: the input holds no Kubernetes objects')
  })

  it('binary and compressed', async () => {
    expectErrors(await fromStdin(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x00)), '-: the input is not text')
    expectErrors(await fromStdin(Uint8Array.of(0x1f, 0x8b, 8, 0)), '-: the input is compressed')
    expectErrors(await fromStdin('kind: Pod\0'), '-: the input is not text')
  })

  it('no YAML', async () => {
    expectErrors(await fromStdin('kind: [Pod\n'), /^error: -:\d+: this is not YAML/)
    expectErrors(await fromStdin('{"kind": "Pod", '), /^error: -:\d+/)
  })

  it('a YAML bomb', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `a${i}: &a${i} [${Array.from({ length: 9 }, () => (i === 0 ? 'x' : `*a${i - 1}`)).join(', ')}]`,
    )
    const start = performance.now()
    const result = await fromStdin(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\n${levels.join('\n')}\n`)
    expectErrors(result, /^error: -:\d+.*alias/i)
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it('a cyclic anchor', async () => {
    expectErrors(
      await fromStdin('apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: x, labels: *m}\n'),
      /^error: -:\d+/,
    )
  })

  it('__proto__ as a key', async () => {
    for (const text of ['__proto__: {polluted: 1}\n', 'metadata: {labels: {__proto__: {polluted: 1}}}\n']) {
      expectErrors(
        await fromStdin(`apiVersion: v1\nkind: Namespace\n${text}`),
        '-:3: a field cannot be called "__proto__"',
      )
    }
    expectErrors(
      await fromStdin('{"kind": "Namespace", "__proto__": {"polluted": 1}}'),
      '-:1: a field cannot be called "__proto__"',
    )
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('several problems, each with its place', async () => {
    const two = `${serviceText('a')}---\n${serviceText('b')}`.replaceAll('port: 80', 'port: 80000')
    expectErrors(
      await fromStdin(two),
      /^error: -:6 Service default\/a spec.ports\[0\].port: /,
      /^error: -:13 Service default\/b spec.ports\[0\].port: /,
    )
  })

  it('very many problems: the first ones and how many more', async () => {
    const many = Array.from({ length: 60 }, (_, i) => serviceText(`s${i}`).replace('port: 80', 'port: 80000')).join(
      '---\n',
    )
    const { err, code } = await fromStdin(many)
    expect(code).toBe(2)
    expect(err.trimEnd().split('\n')).toHaveLength(51)
    expect(err).toContain('error: and 10 more such\n')
  })

  it('overlapping CIDRs', async () => {
    const nodes = `${nodeText('node-1', '192.168.0.11', '10.244.0.0/24')}---\n${nodeText('node-2', '192.168.0.12', '10.244.0.128/25')}`
    expectErrors(
      await fromStdin(nodes),
      /Node node-2 spec.podCIDR: 10.244.0.128\/25 overlaps that of Node node-1, 10.244.0.0\/24/,
    )
    expectErrors(await topology('-f manifests --pod-cidr 10.96.0.0/16 --service-cidr 10.96.0.0/12'), /overlaps/)
  })

  it('two pods with one address', async () => {
    expectErrors(
      await fromStdin(`${podText('a', '10.244.0.2')}---\n${podText('b', '10.244.0.2')}`),
      /Pod default\/b status.podIP: 10.244.0.2 is also the address of Pod default\/a/,
    )
  })

  it('an exhausted pool', async () => {
    const two = `${serviceText('a')}---\n${serviceText('b')}`
    const { err, code } = await fromStdin(`${podText('a', '10.244.0.2')}---\n${two}`, '--service-cidr 10.96.0.0/30')
    expect(code).toBe(2)
    expect(err).toMatch(
      /^error: -:\d+ Service default\/b spec.clusterIP: the Service network 10.96.0.0\/30 has no address left for it/,
    )
  })

  it('a clash of Service ports', async () => {
    const nodePort = (name: string): string =>
      serviceText(name).replace('ports: [{port: 80}]', 'type: NodePort\n  ports: [{port: 80, nodePort: 30080}]')
    expectErrors(
      await fromStdin(`${nodePort('a')}---\n${nodePort('b')}`),
      /Service default\/b spec.ports\[0\].nodePort: .*30080/,
    )
  })

  it('networks that are none', async () => {
    expectErrors(
      await topology('-f manifests --pod-cidr 10.244.0.0'),
      '--pod-cidr "10.244.0.0" is no network (such as 10.244.0.0/16)',
    )
    expectErrors(await topology('-f manifests --pod-cidr 10.244.0.0/33'), /10.244.0.0\/33/)
  })
})

describe('names that are not there', () => {
  it.each([
    ['pod/c pod/b', /there is no pod c in namespace default \(.*pod\/a/],
    [
      'pod/a svc/kubernets:443',
      /there is no Service kubernets in namespace default \(did you mean svc\/kubernetes\?\)/,
    ],
    ['pod/a node/node-3', /there is no node node-3 \(did you mean node\/node-1/],
    ['pods/a podd/b', /there is no kind "podd" to trace \(did you mean pod\/b\?\)/],
    ['somebody pod/b', /"somebody": this names no kind of object and is no IPv4 address/],
    ['pod/a pod/b:99999', /"99999" is no port number/],
    ['svc/kubernetes pod/a', /"svc\/kubernetes" cannot send/],
    ['pod/a kube-system/pod/a', /there is no pod a in namespace kube-system/],
    ['pod/a [::1]:80', /IPv6 is not modelled/],
  ])('trace %s', async (places, message) => {
    expectErrors(await cli(`trace -f manifests ${places}`, { cwd: folder }), message)
  })

  it('a node', async () => {
    expectErrors(
      await cli('iptables-save -f manifests --node node1', { cwd: folder }),
      'there is no node node1 (did you mean node-1',
    )
  })

  it('a node of a pod', async () => {
    const input = `${nodeText('node-1', '192.168.0.11', '10.244.0.0/24')}---\n${podText('a', '10.244.0.2', 'node-2')}`
    expectErrors(
      await fromStdin(input),
      /Pod default\/a spec.nodeName: there is no node node-2 \(did you mean node-1\?\)/,
    )
  })
})

describe('what is told beside', () => {
  it('notes unknown fields of known kinds', async () => {
    const { code, err } = await cli('iptables-save -f - --node node-1', {
      stdin: podText('a', '10.244.0.2').replace('spec:', 'spec:\n  restartPolice: Never'),
    })
    expect(code).toBe(0)
    expect(err).toMatch(/^warning: .*restartPolice/)
  })

  it('takes for rules what kube-proxy takes, with a warning', async () => {
    const odd = serviceText('a').replace('ports: [{port: 80}]', 'type: NodePort\n  ports: [{port: 80, nodePort: 80}]')
    const strict = await fromStdin(odd)
    expect(strict.code).toBe(2)
    const lenient = await cli('iptables-save -f - --node node-1', { stdin: odd })
    expect(lenient.code).toBe(0)
    expect(lenient.err).toContain('warning: ')
  })

  it('shows progress on a terminal, and takes it away again', async () => {
    const slow = (async function* () {
      for (const piece of [podText('a', '10.244.0.2'), '# more\n', '# more\n']) {
        await new Promise((resolve) => setTimeout(resolve, 250))
        yield new TextEncoder().encode(piece)
      }
    })()
    const { err, code } = await topology('-f -', { stdin: slow as unknown as Uint8Array[], terminal: true })
    expect(code).toBe(0)
    expect(err.startsWith('\r\u001b[Kreading -: ')).toBe(true)
    expect(err.endsWith('\r\u001b[K')).toBe(true)
  })

  it('shows where an error comes from only when asked', async () => {
    const { err } = await topology('-f nothing.yaml', { env: { KUBEHOP_DEBUG: '1' } })
    expect(err).toMatch(/^InputError: .*\n\s+at /)
  })
})
