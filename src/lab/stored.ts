import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compareWithAny, type Difference, type LabRecord, parseRecord } from '../commands/record/index.ts'

/** A lab in a folder, with what the kernel made of it. */
export interface StoredLab {
  /** File name without `.sh`. */
  readonly name: string
  /** Path of the script. */
  readonly path: string
  readonly text: string
  /**
   * The kernel's records: `NAME.record.json`, and `NAME.2.record.json` … where chance gives more than one. Empty: not
   * recorded yet.
   */
  readonly records: readonly LabRecord[]
}

/** All labs of a folder, by name. */
export async function storedLabs(folder: string): Promise<StoredLab[]> {
  const files = (await readdir(folder)).sort()
  const scripts = files.filter((file) => file.endsWith('.sh'))
  return Promise.all(
    scripts.map(async (file) => {
      const name = file.slice(0, -'.sh'.length)
      const path = join(folder, file)
      const records = files.filter(
        (other) => other.startsWith(`${name}.`) && /^(\d+\.)?record\.json$/.test(other.slice(name.length + 1)),
      )
      return {
        name,
        path,
        text: await readFile(path, 'utf8'),
        records: await Promise.all(
          records.map(async (record) => parseRecord(await readFile(join(folder, record), 'utf8'), record)),
        ),
      }
    }),
  )
}

/**
 * The verdict on whoever else can run a lab, the simulator first of all: no differences, or those to the kernel's stored record
 * that is nearest.
 * @param run gives the candidate's record of the lab's text, under the lab's name
 */
export async function judge(
  lab: StoredLab,
  run: (text: string, name: string) => LabRecord | Promise<LabRecord>,
): Promise<Difference[]> {
  return compareWithAny(lab.records, await run(lab.text, `${lab.name}.sh`))
}
