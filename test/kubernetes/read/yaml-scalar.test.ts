import { describe, expect, it } from 'vitest'
import { resolvePlainScalar, resolveTaggedScalar } from '../../../src/kubernetes/read/yaml-scalar.ts'

describe('plain scalars', () => {
  it.each<[string, unknown]>([
    ['yes', true],
    ['Yes', true],
    ['YES', true],
    ['yEs', 'yEs'],
    ['on', true],
    ['y', true],
    ['Y', true],
    ['no', false],
    ['Off', false],
    ['n', false],
    ['true', true],
    ['False', false],
    ['null', null],
    ['~', null],
    ['', null],
    ['Null', null],
    ['nil', 'nil'],
    ['80', 80],
    ['+80', 80],
    ['-1', -1],
    ['-0', 0],
    ['010', 8],
    ['0o10', 8],
    ['-010', -8],
    ['08', 8],
    ['0x1F', 31],
    ['-0x1F', -31],
    ['0b101', 5],
    ['1_000', 1000],
    ['0b_1', 1],
    ['1.5', 1.5],
    ['1.', 1],
    ['.5', 0.5],
    ['.5_0', '.5_0'],
    ['1e3', 1000],
    ['1E+3', 1000],
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.Inf', Number.NEGATIVE_INFINITY],
    ['.nan', Number.NaN],
    ['.', '.'],
    ['...x', '...x'],
    ['12:30:45', '12:30:45'],
    ['190:20:30', '190:20:30'],
    ['2001-01-01', '2001-01-01'],
    ['2001-12-14t21:59:43.10-05:00', '2001-12-14t21:59:43.10-05:00'],
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['1.2.3', '1.2.3'],
    ['80/TCP', '80/TCP'],
    ['0x', '0x'],
    ['0b2', '0b2'],
    ['-', '-'],
    ['+', '+'],
    ['web', 'web'],
    ['<<', '<<'],
    ['18446744073709551616', 2 ** 64],
  ])('%j is %j, as go-yaml v2 has it', (text, value) => {
    expect(resolvePlainScalar(text)).toEqual(value)
  })
})

describe('tagged scalars', () => {
  const tag = (name: string) => `tag:yaml.org,2002:${name}`
  it.each<[string, string, unknown]>([
    [tag('str'), '80', '80'],
    [tag('str'), 'yes', 'yes'],
    [tag('int'), '80', 80],
    [tag('int'), 'eighty', undefined],
    [tag('int'), '1.5', undefined],
    [tag('float'), '80', 80],
    [tag('float'), 'x', undefined],
    [tag('bool'), 'on', true],
    [tag('bool'), '1', undefined],
    [tag('null'), '~', null],
    [tag('null'), '0', undefined],
    [tag('timestamp'), '2001-01-01', '2001-01-01'],
    [tag('binary'), 'aGk=', 'aGk='],
    ['!own', '80', '80'],
  ])('%s %j is %j', (name, text, value) => {
    expect(resolveTaggedScalar(text, name)).toEqual(value)
  })
})
