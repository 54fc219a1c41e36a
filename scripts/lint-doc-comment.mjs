/** Words with which a doc comment would describe around its subject: it begins with a verb or names the subject instead. */
const WORDS = /^(What|How|Where|Why|Who|Whom|Whose|Whether|When|Which)\b/

/** A rule of our own: a doc comment begins with a verb ("Returns …") or with its subject as a noun ("Time of …"). */
export const docComment = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { begin: 'Begin a doc comment with a verb or its subject, not with "{{word}}".' },
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (comment.type !== 'Block' || !comment.value.startsWith('*')) continue
        const [word] = WORDS.exec(comment.value.replace(/^[\s*]+/, '')) ?? []
        if (word !== undefined) context.report({ loc: comment.loc, messageId: 'begin', data: { word } })
      }
    },
  }),
}
