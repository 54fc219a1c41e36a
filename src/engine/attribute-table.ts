import type { Json } from '../protocol/index.ts'
import { type Attribute, parseAttribute } from './attribute.ts'
import { comparesVersions } from './bounds.ts'
import type { Catalog } from './catalog.ts'
import { ConditionError, type Path } from './condition-error.ts'
import { readDid } from './did.ts'
import { createFeatureAttribute, type FeatureAttribute } from './feature-attribute.ts'
import type { Feature } from './features/definition.ts'
import { kindOf } from './features/kinds.ts'
import { compileWhere, type FeatureOptions } from './features/where.ts'
import { compileTvCondition, isTvCondition } from './tv/condition.ts'
import type { TvModel } from './tv/model.ts'
import { createReachOf } from './tv/reach.ts'
import {
  createDaypartAttribute,
  createTvAttribute,
  spotsAsked,
  TV_DAYPART,
  type TvAttribute,
} from './tv/tv-attribute.ts'

/** A feature and its place in the catalog: where it is declared, else where it is first written. */
export interface PlacedFeature {
  /** The feature. */
  feature: Feature
  /** Keys and indexes that lead to it in the catalog. */
  path: Path
}

/** An attribute, and the place of its value in a frame. */
export interface NumberedAttribute {
  attribute: Attribute
  number: number
}

/** Attributes that a catalog's conditions read, each once: a catalog of 5,000 experiences has few of them. */
export interface AttributeTable {
  /** Finds an attribute by its name. @throws ConditionError when there is none */
  named(name: string, path: Path, operand: Json): NumberedAttribute
  /** Finds the feature that a `$did` writes in place, and the comparison. @throws ConditionError with its place */
  done(operand: Json, path: Path): NumberedAttribute & { comparison: Json }
  /** All that have been found by now, by number. */
  all(): Attribute[]
  /** Features that are declared, and those that have been found, each once. */
  features(): PlacedFeature[]
  /** Finds what a condition on TV asks. @throws ConditionError with its place */
  onTv(name: string, operand: Json, path: Path): NumberedAttribute
  /** Places that a frame has for values and for changes. */
  size(): { values: number; changes: number }
}

const FEATURES = 'features.'

const NO_TV: TvModel = { feeds: {}, spots: {}, placements: [] }

/** Begins a table. */
export function createAttributeTable(
  { features = {}, groups = {}, tv }: Pick<Catalog, 'features' | 'groups' | 'tv'>,
  options: FeatureOptions,
): AttributeTable {
  const all: Attribute[] = []
  const byName = new Map<string, NumberedAttribute>()
  const byId = new Map<string, FeatureAttribute>()
  const byQuery = new Map<string, NumberedAttribute>()
  const placed = new Map<string, PlacedFeature>()
  const model = tv ?? NO_TV
  const reachOf = createReachOf(model)
  let changes = 0
  for (const [name, feature] of Object.entries(features))
    if (!placed.has(feature.id)) placed.set(feature.id, { feature, path: ['features', name] })

  function ofFeature(name: string, feature: Feature, path: Path): FeatureAttribute {
    const known = byId.get(feature.id)
    if (known) return known
    const { kind: kindName } = feature.definition
    const kind = kindOf(kindName)
    if (!kind) throw new ConditionError(`unknown kind ${kindName}`, path)
    const attribute = createFeatureAttribute(name, feature, kind, { number: all.length, place: changes++ })
    all.push(attribute)
    byId.set(feature.id, attribute)
    return attribute
  }

  function declared(name: string, path: Path, operand: Json): NumberedAttribute {
    const key = name.slice(FEATURES.length)
    if (!Object.hasOwn(features, key)) throw new ConditionError(`unknown feature ${key}: add it under features`, path)
    const feature = features[key] as Feature
    // Between its bounds a value that changes each second must stay on one side of each.
    if (feature.definition.kind === 'since' && comparesVersions(operand))
      throw new ConditionError('seconds are no version: compare them with $lt, $lte, $gt or $gte', path)
    const attribute = ofFeature(name, feature, path)
    attribute.bounds.add(operand, groups)
    return { attribute, number: attribute.number }
  }

  function numberedOf(key: string, make: (place: number) => TvAttribute): NumberedAttribute {
    const known = byQuery.get(key)
    if (known) return known
    const attribute = make(changes++)
    const numbered = { attribute, number: all.push(attribute) - 1 }
    byQuery.set(key, numbered)
    return numbered
  }

  return {
    named(name, path, operand) {
      if (name.startsWith(FEATURES)) return declared(name, path, operand)
      if (name === TV_DAYPART) {
        if (!tv) throw new ConditionError('there is no TV: add feeds under tv', path)
        return numberedOf(name, (place) => createDaypartAttribute(reachOf, place))
      }
      const known = byName.get(name)
      if (known) return known
      const attribute = parseAttribute(name)
      if (!attribute) throw new ConditionError(`unknown attribute ${name}`, path)
      const numbered = { attribute, number: all.push(attribute) - 1 }
      byName.set(name, numbered)
      return numbered
    },
    done(operand, path) {
      const { feature, comparison } = readDid(operand, path, groups)
      if (!placed.has(feature.id)) {
        compileWhere(feature.definition, [...path, 'where'], options)
        placed.set(feature.id, { feature, path })
      }
      const attribute = ofFeature('$did', feature, path)
      return { attribute, number: attribute.number, comparison }
    },
    onTv(name, operand, path) {
      if (!isTvCondition(name)) throw new ConditionError(`unknown attribute ${name}`, path)
      if (!tv) throw new ConditionError('there is no TV: add feeds under tv', path)
      const query = compileTvCondition(name, operand, path, model)
      // The same question is asked once in a decision.
      const spots = spotsAsked(name, operand)
      return numberedOf(name + JSON.stringify(operand), (place) => ({
        ...createTvAttribute(name, query, reachOf, place),
        ...(spots && { spots }),
      }))
    },
    all: () => all,
    features: () => [...placed.values()],
    size: () => ({ values: all.length, changes }),
  }
}
