'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

export function Navigation() {
  const router = useRouter()
  useEffect(() => {
    window.app = { go: (route) => router.push(route || '/') }
  }, [router])
  return (
    <nav>
      {['/', '/second', '/third', '/slow'].map((route) => (
        <Link key={route} href={route}>
          {route}
        </Link>
      ))}
    </nav>
  )
}
