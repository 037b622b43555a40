import { formatIpv4 } from '../../packet/address.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import { readFile } from '../proc-files.ts'
import type { Program } from '../process/program.ts'

/** hostname(1) of Debian: `-s`, and `-I`, all addresses but those of lo. */
export const hostname: Program = (args, context) => {
  const [option, ...more] = args
  if (more.length > 0 || (option !== undefined && option !== '-s' && option !== '-I')) {
    throw new UnsupportedError(`hostname ${args.join(' ')}`, { hint: 'there are -s and -I' })
  }
  if (option === '-I') {
    const addresses = [...context.netns.devices()]
      .filter(({ loopback, up }) => !loopback && up)
      .flatMap((device) => device.addresses.map(({ local }) => `${formatIpv4(local)} `))
    context.stdout.write(`${addresses.join('')}\n`)
    return 0
  }
  const [name = ''] = (readFile('/etc/hostname', context) ?? '').split('\n')
  context.stdout.write(`${option === '-s' ? name.replace(/\..*/, '') : name}\n`)
  return 0
}
