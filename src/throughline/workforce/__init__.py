"""Users, agents, teams, skills, and what each agent was doing when."""
