import { type Static, Type } from 'typebox';
import { DateTime, Id, PageQuery, StrictObject } from './common.ts';

export const TemplateType = Type.Enum([
  'linkedin',
  'twitter',
  'blog',
  'email',
  'summary',
  'analysis',
  'export',
  'chat',
]);

const Name = Type.String({ minLength: 1, maxLength: 255 });
const Content = Type.String({ minLength: 1, maxLength: 100_000 });
const VariableName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}$' });
const Variables = Type.Array(VariableName, { maxItems: 50, uniqueItems: true });

export const Template = StrictObject(
  {
    id: Id,
    builtIn: Type.Boolean({ description: 'Built-in templates can be read, not changed.' }),
    templateType: TemplateType,
    templateName: Type.String(),
    templateContent: Type.String(),
    variables: Type.Array(Type.String()),
    isDefault: Type.Boolean(),
    createdAt: DateTime,
    updatedAt: DateTime,
  },
  { $id: 'Template' },
);
export type Template = Static<typeof Template>;

export const CreateTemplate = StrictObject(
  {
    templateType: TemplateType,
    templateName: Name,
    templateContent: Content,
    variables: Type.Optional(Variables),
    isDefault: Type.Optional(Type.Boolean()),
  },
  {
    examples: [
      {
        templateType: 'summary',
        templateName: 'Three points',
        templateContent: 'Summarise "{{title}}" in three points.\n\n{{transcript}}',
        variables: ['title', 'transcript'],
      },
    ],
  },
);

export const UpdateTemplate = StrictObject(
  {
    templateName: Type.Optional(Name),
    templateContent: Type.Optional(Content),
    variables: Type.Optional(Variables),
    isDefault: Type.Optional(Type.Boolean()),
  },
  { minProperties: 1, examples: [{ templateName: 'Five points' }] },
);

export const TemplateQuery = StrictObject({
  ...PageQuery.properties,
  type: Type.Optional(TemplateType),
});

export const RenderTemplate = StrictObject(
  {
    values: Type.Record(VariableName, Type.String({ maxLength: 1_000_000 }), {
      maxProperties: 50,
    }),
  },
  { examples: [{ values: { title: 'Tide mills', transcript: 'Ada: It grinds by the moon.' } }] },
);

export const RenderedTemplate = StrictObject({ text: Type.String() });
export type RenderedTemplate = Static<typeof RenderedTemplate>;
