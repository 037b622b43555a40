import type { Call } from './call.ts'

/** What a command's module exports. */
interface CommandModule {
  /** Does the work; resolves to the exit code. */
  run(call: Call): Promise<number>
}

/** The module of each command. It is loaded when the command is called: `--help` must not wait for a YAML parser. */
export const MODULES: Readonly<Record<string, () => Promise<CommandModule>>> = {
  trace: () => import('./command/trace.ts'),
  diagnose: () => import('./command/diagnose.ts'),
  diff: () => import('./command/diff.ts'),
  'iptables-save': () => import('./command/iptables-save.ts'),
  'proxy-diff': () => import('./command/proxy-diff.ts'),
  topology: () => import('./command/topology.ts'),
  run: () => import('./command/run.ts'),
  collect: () => import('./command/collect.ts'),
  lab: () => import('./command/lab.ts'),
  exec: () => import('./command/exec.ts'),
  shell: () => import('./command/shell.ts'),
  export: () => import('./command/export.ts'),
  demo: () => import('./command/demo.ts'),
  completion: () => import('./command/completion.ts'),
}
