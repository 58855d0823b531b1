import { type Static, Type } from 'typebox';
import { DateTime, Id, Nullable, StrictObject } from './common.ts';
import { Scope } from './scope.ts';

export const Conversation = StrictObject(
  {
    id: Id,
    title: Nullable(Type.String()),
    scope: Nullable(Scope),
    createdAt: DateTime,
    updatedAt: DateTime,
  },
  { $id: 'Conversation' },
);
export type Conversation = Static<typeof Conversation>;

const fields = {
  title: Type.Optional(Nullable(Type.String({ maxLength: 500 }))),
  scope: Type.Optional(Nullable(Scope)),
};
export const CreateConversation = StrictObject(fields, {
  examples: [{ title: 'The tide mill' }],
});
export const UpdateConversation = StrictObject(fields, {
  minProperties: 1,
  examples: [{ title: 'The mill at Hallow Creek' }],
});
