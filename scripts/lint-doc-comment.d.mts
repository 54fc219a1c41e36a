import type { Rule } from 'eslint'

export const docComment: Rule.RuleModule
