import { expect, test } from 'vitest'
import { parseColumnMap } from '../../src/history/column-map.ts'
import { createRecordReader } from '../../src/history/record-fields.ts'

const read = (header: string[], values: string[], map?: string) =>
  createRecordReader(header, map === undefined ? undefined : parseColumnMap(map))(values)

test('without a map a column is the field of its name, in either spelling, or a property', () => {
  expect(
    read(
      ['type', 'event', 'user_id', 'anonymousId', 'timestamp', 'total', 'product_id', 'properties.vip', 'note'],
      ['track', 'Order Completed', '007', 'a1', '2024-05-01', '49.90', '123', 'true', ''],
    ),
  ).toEqual({
    message: {
      type: 'track',
      event: 'Order Completed',
      userId: '007',
      anonymousId: 'a1',
      timestamp: '2024-05-01',
      properties: { total: 49.9, product_id: '123', vip: true },
    },
  })
})

test('without a map the other columns of a person are traits', () => {
  expect(read(['type', 'userId', 'plan'], ['identify', 'u1', 'gold'])).toEqual({
    message: { type: 'identify', userId: 'u1', traits: { plan: 'gold' } },
  })
})

test.each([
  ['49.90', 49.9],
  ['-3', -3],
  ['0', 0],
  ['007', '007'],
  ['1e5', '1e5'],
  ['12345678901234567890', '12345678901234567890'],
  ['true', true],
  ['True', 'True'],
  [' 5', ' 5'],
])('a property that looks like %s becomes %j', (text, value) => {
  expect(read(['x'], [text])).toEqual({ message: { properties: { x: value } } })
})

test('columns with properties in JSON are read, and one that is none is a problem', () => {
  expect(read(['properties', 'total'], ['{"total":5,"a":[1]}', '9'])).toEqual({
    message: { properties: { total: 5, a: [1] } },
  })
  expect(read(['properties'], ['{total:5}'])).toEqual({ problem: 'has no json in the column properties' })
})

test('with a map columns are what it says, and those that it does not name are left out', () => {
  const map = `
constants: { type: track, event: Order Completed, properties.currency: EUR }
columns:
  Kunde: userId
  Datum: timestamp
  Summe: { field: properties.total, as: number }
  Artikel: { field: properties.sku, as: text }
`
  expect(
    read(['Datum', 'Kunde', 'Summe', 'Artikel', 'Telefon'], ['2024-05-01', 'u1', '1e2', '42', '0123'], map),
  ).toEqual({
    message: {
      type: 'track',
      event: 'Order Completed',
      userId: 'u1',
      timestamp: '2024-05-01',
      properties: { currency: 'EUR', total: 100, sku: '42' },
    },
  })
  expect(read(['Datum', 'Kunde', 'Summe', 'Artikel'], ['2024-05-01', 'u1', '1,50', '42'], map)).toEqual({
    problem: 'has no number in the column Summe',
  })
})

test('a record with more or fewer values than the first line is a problem', () => {
  expect(read(['a', 'b'], ['1'])).toEqual({ problem: 'has 1 values, and the first line names 2' })
})

test.each([
  ['columns: {}', 'columns: must name at least one'],
  ['colums: { a: userId }', 'colums: there are columns, constants and delimiter'],
  ['columns: { a: user }', /^columns\.a: must be type, event/],
  ['columns: { a: properties.__proto__ }', /^columns\.a: must be/],
  ['columns: { a: { field: userId, as: date } }', 'columns.a.as: must be auto, text, number, boolean, json'],
  ['columns: { a: userId }\nconstants: { kind: track }', 'constants.kind: is no field of a message'],
  ['columns: { a: userId }\ndelimiter: "::"', 'delimiter: must be one character, and no quote'],
  ['columns: [', /^is neither YAML nor JSON/],
])('a map that says %j is refused with its place', (text, message) => {
  expect(() => parseColumnMap(text)).toThrow(message)
})

test('a map and a first line that do not fit each other are refused', () => {
  expect(() => read(['a'], ['1'], 'columns: { b: userId }')).toThrow('columns.b: the file has a')
  expect(() => read(['a', 'a'], ['1', '2'])).toThrow('the column a stands twice in the first line')
  expect(() => read(['__proto__'], ['1'])).toThrow('the column __proto__ needs another name')
})
