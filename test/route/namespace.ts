import { expect } from 'vitest'
import { FakeNamespace } from './ip-commands.ts'

/** A namespace in which these commands have worked. */
export function namespaceWith(...commands: string[]): FakeNamespace {
  const namespace = new FakeNamespace()
  for (const command of commands) expect([command, namespace.run(command)]).toEqual([command, ''])
  return namespace
}

/** va 10.0.0.1/24 and vc 10.0.1.1/24 are up. */
export const TWO_DEVICES = [
  'link set va up',
  'link set vc up',
  'addr add 10.0.0.1/24 dev va',
  'addr add 10.0.1.1/24 dev vc',
]
