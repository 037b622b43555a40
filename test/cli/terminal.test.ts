import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// The shell in a real terminal: keys in, screen out.

const hasTmux = spawnSync('tmux', ['-V']).status === 0
if (!hasTmux) console.warn('The shell is not tried in a real terminal: there is no tmux.')

describe.skipIf(!hasTmux)('kubehop shell in a terminal', { timeout: 60_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'kubehop-home-'))
  const socket = join(home, 'tmux')
  const tmux = (...words: string[]): string => spawnSync('tmux', ['-S', socket, ...words], { encoding: 'utf8' }).stdout
  const screen = (): string => tmux('capture-pane', '-p')
  const type = (...keys: string[]): string => tmux('send-keys', ...keys)

  /** The screen as soon as it shows this. */
  async function shows(text: string): Promise<string> {
    for (let i = 0; i < 300 && !screen().includes(text); i++) await setTimeout(100)
    expect(screen()).toContain(text)
    return screen()
  }

  beforeAll(() => {
    const command = `HOME=${home} NO_COLOR=1 node --import tsx src/cli/main.ts shell -f examples/pods.yaml --nodes 2`
    tmux('-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', '40', command)
  })
  afterAll(() => {
    tmux('kill-server')
    rmSync(home, { recursive: true, force: true })
  })

  it('says where one is, completes, remembers, and leaves', async () => {
    await shows('node/node-1#')
    type('use p', 'Tab')
    await shows('use pod/')
    type('a', 'Enter')
    await shows('pod/a#')
    type('ip -br ad', 'Tab')
    type('Enter')
    await shows('10.244.0.2/24')
    type('Up')
    type('Up')
    await shows('pod/a# use pod/a')
    type('C-c')
    await shows('^C')
    type('ipp', 'Enter')
    await shows('ipp: there is no such command here; did you mean ip?')
    type('ping 10.244.0.1', 'Enter')
    await shows('icmp_seq=22 ')
    type('C-c')
    await shows('--- 10.244.0.1 ping statistics ---')
    // it went on at the pace of the clock
    expect(screen()).not.toContain('icmp_seq=90 ')
    type('clear', 'Enter')
    await shows('clear: not modelled; Ctrl-L clears the screen')
    type('C-d')
    for (let i = 0; i < 100 && tmux('ls') !== ''; i++) await setTimeout(100)
    expect(tmux('ls')).toBe('')
  })
})
