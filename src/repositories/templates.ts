import { and, asc, desc, eq, getTableColumns, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { violatesUnique } from '../db/errors.ts';
import { type Template, templates } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { inserted } from './inserted.ts';
import { exactTime, olderThan, type Page, type PageRequest, timePage } from './pagination.ts';

export type TemplatesRepository = ReturnType<typeof createTemplatesRepository>;
export type TemplateType = Template['templateType'];
export type TemplateValues = Pick<
  Template,
  'templateType' | 'templateName' | 'templateContent' | 'variables' | 'isDefault'
>;

/** A user's own templates and the built-in ones, which everybody reads and nobody changes. */
export function createTemplatesRepository(db: Database) {
  return { getTemplate, create, getById, list, update, delete: deleteById };

  /** The template of a type: the user's default, else the built-in default. */
  async function getTemplate(userId: string, type: TemplateType): Promise<Template | undefined> {
    const [template] = await db
      .select()
      .from(templates)
      .where(
        and(isVisible(userId), eq(templates.templateType, type), eq(templates.isDefault, true)),
      )
      .orderBy(asc(isNull(templates.userId)))
      .limit(1);
    return template;
  }

  /** Adds a template; a new default takes the place of the old one. @throws AppError `template_name_taken` */
  async function create(userId: string, values: TemplateValues): Promise<Template> {
    return nameChecked(() =>
      db.transaction(async (tx) => {
        if (values.isDefault) await clearDefault(tx, userId, values.templateType);
        const [template] = await tx
          .insert(templates)
          .values({ userId, ...values })
          .returning();
        return inserted(template);
      }),
    );
  }

  async function getById(userId: string, id: string): Promise<Template | undefined> {
    const [template] = await db
      .select()
      .from(templates)
      .where(and(isVisible(userId), eq(templates.id, id)));
    return template;
  }

  async function list(
    userId: string,
    { limit, cursor, type }: PageRequest & { type?: TemplateType | undefined },
  ): Promise<Page<Template>> {
    const rows = await db
      .select({ item: getTableColumns(templates), at: exactTime(templates.createdAt) })
      .from(templates)
      .where(
        and(
          isVisible(userId),
          type ? eq(templates.templateType, type) : undefined,
          olderThan(templates.createdAt, templates.id, cursor),
        ),
      )
      .orderBy(desc(templates.createdAt), desc(templates.id))
      .limit(limit + 1);
    return timePage(rows, limit);
  }

  /** Changes a template of the user's own. @throws AppError `template_name_taken` */
  async function update(
    userId: string,
    id: string,
    values: Partial<Omit<TemplateValues, 'templateType'>>,
  ): Promise<Template | undefined> {
    return nameChecked(() =>
      db.transaction(async (tx) => {
        const [own] = await tx.select().from(templates).where(isOwn(userId, id)).for('update');
        if (!own || Object.keys(values).length === 0) return own;
        if (values.isDefault) await clearDefault(tx, userId, own.templateType);
        const [template] = await tx
          .update(templates)
          .set(values)
          .where(isOwn(userId, id))
          .returning();
        return template;
      }),
    );
  }

  /** @returns whether the user had such a template */
  async function deleteById(userId: string, id: string): Promise<boolean> {
    const rows = await db
      .delete(templates)
      .where(isOwn(userId, id))
      .returning({ id: templates.id });
    return rows.length > 0;
  }
}

function isVisible(userId: string) {
  return or(eq(templates.userId, userId), isNull(templates.userId));
}

function isOwn(userId: string, id: string) {
  return and(eq(templates.userId, userId), eq(templates.id, id));
}

async function clearDefault(db: Database, userId: string, type: TemplateType): Promise<void> {
  await db
    .update(templates)
    .set({ isDefault: false })
    .where(
      and(
        eq(templates.userId, userId),
        eq(templates.templateType, type),
        sql`${templates.isDefault}`,
      ),
    );
}

async function nameChecked<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (violatesUnique(error, 'templates_name_unique')) throw new AppError('template_name_taken');
    // Two requests made their template the default at the same time.
    if (violatesUnique(error, 'templates_default_unique')) throw new AppError('conflict');
    throw error;
  }
}
