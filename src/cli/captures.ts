import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Machine } from '../commands/index.ts'
import { KubehopError } from '../packet/errors.ts'
import { systemText } from './files.ts'
import type { Io } from './io.ts'

/** What `tcpdump -w FILE` wrote on simulated machines becomes real files, by the same names. @throws KubehopError `NO_FILE` */
export function saveCaptures(machines: Iterable<Machine>, io: Io): void {
  for (const { captures } of machines) {
    for (const name of captures.takeChanged()) {
      try {
        writeFileSync(path.resolve(io.cwd, name), captures.read(name)!)
      } catch (error) {
        throw new KubehopError('NO_FILE', systemText(error), { where: { file: name } })
      }
    }
  }
}
